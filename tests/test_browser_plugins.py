"""Plugins come and go in a real browser: a wheel, its progress, its page, a version that fails, and the way back."""

import shutil
import sqlite3
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.exhaustive, pytest.mark.filterwarnings("default")]

COMPANY = (
    "audit", "console", "db", "events", "harbour", "i18n", "keys", "logs", "middleware", "migrations", "plugins", "rgpd", "routes", "securite",
    "static", "storage", "tasks", "wsgi",
)  # fmt: skip
PASSWORD = "quatre mots sans lien"
PYPROJECT = """[project]
name = "dihya-harbour"
version = "{version}"
dependencies = ["dihya-hookspecs>=2,<3", "flask>=3"]

[project.entry-points."dihya.plugins"]
harbour = "dihya_harbour"

[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""
ROUTES = '''"""What there is to see."""
from dihya_hookspecs.web import public
from flask import Blueprint

pages = Blueprint("harbour", __name__)
BLUEPRINTS = (pages,)


@pages.get("/")
@public("boats may be seen by anybody")
def boats():
    """All of them."""
    return "boats of {version}"
'''
MODELS = '''"""Its table."""
from dihya_hookspecs.data import Record, impersonal
from sqlalchemy import String
from sqlalchemy.orm import Mapped


class Boat(Record):
    """A boat."""

    __tablename__ = "harbour_boats"

    name: Mapped[str] = impersonal("a name of a boat", String(50))
'''
FIRST = '''"""The table."""
import sqlalchemy as sa
from alembic import op

revision = "harbour_0001"
down_revision = None


def upgrade():
    op.create_table(
        "harbour_boats",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade():
    op.drop_table("harbour_boats")
'''
BROKEN = '''"""A mistake."""

revision = "harbour_0002"
down_revision = "harbour_0001"


def upgrade():
    raise RuntimeError("the tide is out")


def downgrade():
    pass
'''


def wheel(place, version, broken=False):
    """Build the wheel of a version of the plugin, and return its path."""
    folder = place.folder / "source"
    shutil.rmtree(folder, ignore_errors=True)
    package = folder / "src" / "dihya_harbour"
    (package / "migrations").mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PYPROJECT.format(version=version))
    (package / "__init__.py").write_text('"""A harbour and its boats."""\n')
    (package / "routes.py").write_text(ROUTES.replace("{version}", version))
    (package / "models.py").write_text(MODELS)
    (package / "migrations" / "0001_first.py").write_text(FIRST)
    if broken:
        (package / "migrations" / "0002_second.py").write_text(BROKEN)
    environment = place.variables | {"PATH": f"{place.environment / 'bin'}:/usr/bin:/bin"}
    subprocess.run(
        [
            place.environment / "bin" / "uv",
            "build",
            "-q",
            "--wheel",
            "--offline",
            "--no-config",
            "--python",
            place.python,
        ]
        + ["-o", place.folder / "wheels", folder],
        check=True,
        env=environment,
    )
    return place.folder / "wheels" / f"dihya_harbour-{version}-py3-none-any.whl"


@pytest.fixture
def harbour(installation_class, tmp_path):
    """A served application whose operator allows uploads, with a person who may install."""
    folder = tmp_path / "installation"
    folder.mkdir()
    place = installation_class(folder)
    names = ", ".join(f'"{name}"' for name in COMPANY)
    (folder / "dihya.toml").write_text(f'[dihya]\ndata = "instance"\n[plugins]\nenable = [{names}]\nuploads = true\n')
    place.setup()
    arguments = ("people", "add", "ann@example.org", "--name", "Ann", "--role", "admin", "--role", "console:installer")
    place.run(*arguments, "--password-stdin", input=f"{PASSWORD}\n".encode())
    with place.serving() as server:
        place.url = server.url
        yield place


def answer(place):
    """What the plugin's page says, or its status."""
    got = httpx2.get(f"{place.url}/harbour/", timeout=30)
    return got.text if got.status_code == 200 else got.status_code


def becomes(place, wanted, seconds=60):
    """Wait until the server has taken its new workers."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while (found := answer(place)) != wanted:
        assert time.monotonic() < end, f"/harbour/ answers {found!r} instead of {wanted!r}"
        pause.wait(0.3)


def bring(page, path):
    """Upload a wheel, as far as the page that shows what was found in it."""
    page.open("/console/plugins")
    page.press("Ajouter un plugin")
    page.find("input[name='file']").send_keys(str(path))
    page.press("Examiner le fichier")
    page.until("SHA-256")


def over(page, words, seconds=240):
    """Follow a change until the page says how it ended, by the stream and not by hand."""
    page.until(words, seconds)
    WebDriverWait(page.driver, 30).until(lambda driver: not driver.find_elements("id", "bar"), "the page never ended")


@contextmanager
def asked_all_the_time(place):
    """Ask the server for something simple again and again; nobody is turned away, whatever is changed meanwhile."""
    stop, failed = threading.Event(), []

    def ask():
        while not stop.wait(0.1):
            try:
                got = httpx2.get(f"{place.url}/health/live", timeout=60).status_code
            except httpx2.HTTPError as error:
                got = repr(error)
            failed.extend([got] * (got != 200))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failed == []


def boats(place):
    """The names in the plugin's table; None without the table."""
    with sqlite3.connect(place.data / "dihya.db") as connection:
        there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'harbour_boats'").fetchone()
        return [name for (name,) in connection.execute("SELECT name FROM harbour_boats")] if there else None


def both(page, path, name):
    """Leave pictures of a page in both languages."""
    page.open(path)
    page.find("h1")
    page.picture(name)
    page.open(f"{path}?lang=en")
    page.find("html[lang=en] h1")
    page.picture(f"{name}-en")
    page.open(f"{path}?lang=fr")
    page.find("html[lang=fr] h1")


def test_a_plugin_comes_fails_to_be_upgraded_leaves_comes_back_and_is_gone(harbour, browse):
    """All of it in the browser, while the server goes on; what fails leaves the version before, and a purge leaves nothing."""
    page = browse(harbour.url)
    page.open("/securite/sign-in")
    page.fill(email="ann@example.org", password=PASSWORD)
    page.press("Se connecter")
    page.find("nav")
    both(page, "/console/installing/add", "plugins-1-add")
    bring(page, wheel(harbour, "0.1.0"))
    assert "dihya-harbour" in page.text() and answer(harbour) == 404
    both(page, page.driver.current_url.removeprefix(harbour.url).partition("?")[0], "plugins-2-arrival")
    with asked_all_the_time(harbour):
        page.press("Installer")
        page.until("en cours")
        page.picture("plugins-3-progress")
        over(page, "harbour 0.1.0 est là.")
        becomes(harbour, "boats of 0.1.0")
    page.picture("plugins-4-installed")
    with sqlite3.connect(harbour.data / "dihya.db") as connection:
        connection.execute(
            "INSERT INTO harbour_boats (id, name, version, created_at, changed_at) "
            "VALUES ('0' || hex(randomblob(15)) || '0', 'Tanit', 1, '2026-01-01', '2026-01-01')"
        )

    bring(page, wheel(harbour, "0.2.0", broken=True))
    page.press("Mettre à jour vers 0.2.0")
    over(page, "C’est un échec")
    assert "RuntimeError" in page.text() or "tide" in page.text()
    page.picture("plugins-5-failed")
    assert answer(harbour) == "boats of 0.1.0" and boats(harbour) == ["Tanit"]

    page.open("/console/plugins/harbour/disable")
    page.press("Désactiver")
    page.until("à partir du prochain démarrage")
    page.picture("plugins-5-switched")
    page.press("Laisser le serveur s’en charger maintenant")
    becomes(harbour, 404)
    page.open("/console/plugins/harbour")
    page.press("Activer")
    page.press("Laisser le serveur s’en charger maintenant")
    becomes(harbour, "boats of 0.1.0")
    both(page, "/console/plugins/harbour", "plugins-6-plugin")
    page.press("Désinstaller…")
    page.until("Ses données restent")
    page.picture("plugins-7-uninstall")
    page.press("Désinstaller")
    over(page, "harbour est retiré")
    becomes(harbour, 404)
    assert boats(harbour) == ["Tanit"]
    both(page, "/console/plugins", "plugins-8-list")
    page.press("Le remettre…")
    page.until("0.1.0")
    page.picture("plugins-9-undo")
    page.press("Le remettre")
    over(page, "harbour 0.1.0 est là.")
    becomes(harbour, "boats of 0.1.0")
    assert boats(harbour) == ["Tanit"]

    page.open("/console/plugins/harbour")
    page.press("Purger…")
    page.until("harbour_boats")
    page.fill(name="harbor")
    page.press("Purger")
    page.until("Écrivez le nom du plugin")
    both(page, "/console/plugins/harbour/purge", "plugins-10-purge")
    page.fill(name="harbour")
    page.press("Purger")
    over(page, "harbour est parti")
    page.picture("plugins-11-gone")
    becomes(harbour, 404)
    assert nothing_left(harbour) == []
    page.open("/console/plugins/audit")
    page.until("ne peut pas être désactivé ici")
    assert not page.driver.find_elements("css selector", "main a[href$='/purge']")
    page.picture("plugins-12-required")
    page.open("/audit/")
    page.until("a supprimé ce que Harbour avait laissé")
    # A stream ends with its worker, and the browser asks the next one; the wrong name was answered with 422.
    expected = ("/console/installing/progress/events", "/console/plugins/harbour/purge")
    assert [said for said in page.complaints() if not any(path in said for path in expected)] == []
    harbour.run("doctor")


def nothing_left(place):
    """Everything that still bears the plugin's name: tables, revisions, files, settings, kept code, the package."""
    with sqlite3.connect(place.data / "dihya.db") as connection:
        found = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE 'harbour%'")]
    found += [str(path) for path in place.data.rglob("*harbour*") if "arrivals" not in path.parts]
    found += [str(path) for path in Path(place.environment).glob("lib/python*/site-packages/*harbour*")]
    return found + ["dihya.toml"] * ("harbour" in (place.folder / "dihya.toml").read_text())
