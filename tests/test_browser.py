"""The whole story in a real browser: sign in, one sentence, a proof, an installed plugin, and its trace in the audit log."""

import threading
import time
import zipfile
from types import SimpleNamespace

import httpx2
import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page
from dihya_hookspecs.web import Resource
from dihya_tests.kit import ACTOR
from pydantic import BaseModel
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from sqlalchemy import String
from sqlalchemy.orm import Mapped
from werkzeug.serving import make_server

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

IDEA = "gérer les adhérents et les cotisations d'une association"
PASSWORD = "quatre mots sans lien"


class Plank(Record):
    """Something whose name may be one long word."""

    __tablename__ = "planks_planks"
    name: Mapped[str] = impersonal("what is written on it", String(80))
    place: Mapped[str] = impersonal("where it lies", String(80))


class Planks(Records[Plank]):
    """All of them."""

    model = Plank


class PlankForm(BaseModel):
    """What is written."""

    name: str
    place: str


@hookimpl
def register_permissions():
    return [Permission("planks:read", Text("see", "voir")), Permission("planks:write", Text("change", "modifier"))]


@hookimpl
def register_resources():
    title = Text("Planks", "Planches")
    return [Resource("planks", Planks, PlankForm, title, title, "planks:read", "planks:write", ("name", "place"))]


PLANKS = SimpleNamespace(
    register_permissions=register_permissions, register_resources=register_resources, __name__="planks", __doc__="Planks."
)  # fmt: skip


@pytest.fixture
def planks(make_app):
    """The address of an application in which everybody is an administrator, and the record with one long word."""
    app = make_app("console", "i18n", "static", "settings", plugins={"planks": PLANKS})
    actor = app.client("admin").actor
    with app.act() as act:
        plank = act.get(Planks).add({"name": "N" * 80, "place": "shipbuildingyard"})
    server = make_server(
        "127.0.0.1", 0, lambda environ, begin: app.flask({**environ, ACTOR: actor}, begin), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", f"/planks/planks/{plank.id}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_one_long_word_makes_no_page_wider(planks, browse):
    """A name of eighty letters breaks into lines: its pages fit into the window, and the list shows its last column."""
    url, record = planks
    page = browse(url)
    for path in (record, f"{record}/delete", f"{record}/edit", "/planks/planks/"):
        page.open(path)
        page.find("main")
        assert "N" * 80 in page.driver.page_source
        for width in (320, 1280):
            page.resize(width)
            assert page.fits(), f"{path} is wider than {width} px"
    last, box = page.find("tbody td:last-child").rect, page.find(".scroll").rect
    assert last["x"] + last["width"] < box["x"] + box["width"] + 1, "the list has pushed its last column out of sight"


def test_settings_fit_into_the_window_and_colours_follow_the_person(planks, browse):
    """Every page of settings fits; dark pages are dark on a light device as soon as somebody chose them."""
    page = browse(planks[0])
    for path in ("/settings/", "/settings/of/console/", "/settings/mine/"):
        page.open(path)
        page.find("main h1")
        page.picture(path.strip("/").replace("/", "-"))
    page.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "light"}]}
    )
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert page.driver.execute_script(ground) == "rgb(251, 250, 246)"
    page.fill(**{"console.theme": "dark"})
    page.find("[name='console.rows']").send_keys("\n")  # Enter saves
    page.find(".notice.success")
    assert page.driver.execute_script(ground) == "rgb(15, 20, 17)" and page.complaints() == []


def test_the_whole_story(installation, browse):
    """In French, from the product page to the proof in the audit log."""
    place = installation()
    with place.serving() as server:
        page = browse(server.url)
        page.open("/")
        page.until("De l’idée au code, en toute souveraineté")
        page.picture("1-home")
        page.open("/securite/sign-in")
        page.picture("2-sign-in")
        page.fill(email="admin@dihya.local", password=place.password)
        page.press("Se connecter")
        page.until("mot de passe à usage unique")
        page.fill(old_password=place.password, password=PASSWORD, again=PASSWORD)
        page.press("Changer")
        page.open("/services/")
        page.picture("3-idea")
        page.fill(idea=IDEA)
        page.press("Proposer")
        page.until("Tables")
        assert "Association" in page.text()
        page.picture("4-proposal")
        page.press("Construire")
        page.until("prouvé", 240)
        page.picture("5-proven")
        name = page.find("h1 + p .mono").text.removeprefix("dihya-")
        page.press("models.py")
        page.until("class Member")
        page.picture("6-files")
        archive = page.find("a[download]").get_attribute("href")
        cookies = {cookie["name"]: cookie["value"] for cookie in page.driver.get_cookies()}
        content = httpx2.get(archive, cookies=cookies, timeout=60)
        (place.folder / "plugin.zip").write_bytes(content.content)
        with zipfile.ZipFile(place.folder / "plugin.zip") as packed:
            packed.extractall(place.folder)
        place.run("plugins", "install", f"dihya-{name}")  # as the page says it
        place.run(name, "sample")
        wait_for(f"{server.url}/{name}/members/", cookies)
        page.open(f"/{name}/members/")
        page.picture("7-members")
        page.open(f"/{name}/members/new")
        page.picture("8-new-member")
        page.fill(first_name="Tin", last_name="Hinan", email="tin@example.org", joined_on="2026-01-15")
        page.press("Enregistrer")
        page.until("Hinan")
        page.picture("9-member")
        page.open(f"/{name}/members/?q=hinan")
        page.until("tin@example.org")
        page.open(f"/{name}/members/new")
        page.fill(first_name="Nn", last_name="N" * 80, email="nn@example.org", joined_on="2026-01-15")
        page.press("Enregistrer")
        page.until("N" * 80)
        page.picture("9-member-with-one-long-word")
        page.press("Supprimer")
        page.until("corbeille")
        page.picture("9-deletion-with-one-long-word")
        page.open(f"/{name}/members/?q=nn@example")
        page.until("N" * 80)
        page.resize(1280)
        assert page.find("tbody td:last-child").rect["x"] < 1280, "a long word pushes the other cells out of sight"
        page.picture("9-list-with-one-long-word")
        page.open("/audit/")
        page.until("a ajouté «")
        page.picture("10-audit")
        assert "tin@example.org" not in page.text()
        entries = httpx2.get(f"{server.url}/api/v1/audit/entries?limit=500", cookies=cookies, timeout=60)
        assert entries.status_code == 200 and "Hinan" not in entries.text, "the log itself holds no name"
        for number, path in enumerate(
            (
                "/rgpd/",
                "/console/plugins",
                "/console/health",
                "/generation_logs/generations/",
                "/docs/",
                "/securite/people/",
                "/services/generations/",
                "/ai_fallback/",
            ),
            11,
        ):
            page.open(path)
            page.find("h1")
            page.picture(f"{number}-{path.strip('/').replace('/', '-')}")
        assert page.complaints() == []
        page.open("/nowhere")
        page.find("h1")
        page.picture("20-not-found")
        page.open("/services/?lang=en")
        page.until("Describe your idea")
        page.picture("21-idea-en")
    place.run("audit", "export", "--out", str(place.folder / "bundle.zip"))
    place.run("audit", "verify", str(place.folder / "bundle.zip"), offline=True)


def wait_for(url, cookies, seconds=30):
    """Wait until a page is there."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        try:
            if httpx2.get(url, cookies=cookies, headers={"Accept": "text/html"}, timeout=60).status_code == 200:
                return
        except httpx2.HTTPError:
            pass  # the server is changing its workers
        pause.wait(0.3)
    raise AssertionError(f"{url} is not there after {seconds} s")


def test_a_long_menu_folds_and_its_drawer_is_opened_by_keyboard(make_app, browse):
    """At 320 px Enter opens the drawer, only the group with the page is open in it, the page is marked, and a folded group opens."""

    @hookimpl
    def register_console_pages():
        return [Page(f"p{number}", Text("Page", "Page"), f"/many/{number}", None) for number in range(20)]

    many = SimpleNamespace(register_console_pages=register_console_pages, __name__="many", __doc__="Many pages.")
    app = make_app("console", "i18n", "static", plugins={"planks": PLANKS, "many": many})
    actor = app.client("admin").actor
    server = make_server(
        "127.0.0.1", 0, lambda environ, begin: app.flask({**environ, ACTOR: actor}, begin), threaded=True
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        page = browse(f"http://127.0.0.1:{server.port}")
        page.open("/planks/planks/")
        page.resize(320)
        page.find("details.menu > summary").send_keys(Keys.ENTER)
        here = page.find("details.menu a[aria-current='page']")
        assert here.is_displayed() and here.text == "Planches" and page.fits()
        groups = page.driver.find_elements(By.CSS_SELECTOR, "details.menu .nav-group")
        assert [group.get_attribute("open") is not None for group in groups].count(True) == 1
        folded = next(group for group in groups if group.get_attribute("open") is None)
        folded.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
        assert folded.find_element(By.TAG_NAME, "a").is_displayed()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
