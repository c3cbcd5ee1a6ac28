"""A small plugin as files, and ways to spoil it."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import update_wrapper
from pathlib import Path
from typing import Any

import pytest
from dihya_tests.exploits import AROUND, ATTACKS, Result, Site
from dihya_tests.kit import starter

PYPROJECT = """
[project]
name = "dihya-petit"
version = "0.1.0"
description = "A small plugin."
requires-python = ">=3.11"
dependencies = ["dihya-hookspecs>=2,<3", "sqlalchemy>=2.1,<3"]

[project.entry-points."dihya.plugins"]
petit = "dihya_petit"

[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""
FACE = '''"""A small plugin."""

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _


@hookimpl
def register_permissions():
    """Who may read."""
    return Permission("petit:read", Text(_("read"), "lire"))
'''
MODELS = '''"""One table."""

from dihya_hookspecs.data import Record, impersonal
from sqlalchemy import String
from sqlalchemy.orm import Mapped


class Thing(Record):
    """A thing."""

    __tablename__ = "petit_things"

    name: Mapped[str] = impersonal("what it is called", String(80))
'''
TESTS = '''"""The tests of a small plugin."""

import dihya_petit
from dihya_petit.models import Thing


def test_has_a_table():
    """The table is named after the plugin."""
    assert Thing.__tablename__ == "petit_things"


def test_is_installed():
    """The plugin is imported from where it was installed."""
    assert "site-packages" in dihya_petit.__file__
'''
MIGRATION = '''"""Create the table."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "petit_0001", None


def upgrade() -> None:
    op.create_table(
        "petit_things",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petit_things")),
    )


def downgrade() -> None:
    op.drop_table("petit_things")
'''
CATALOGUE = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "read"\nmsgstr "lire"\n'


def signed(files: dict[str, str]) -> dict[str, str]:
    """The files with a provenance that is true of them."""
    files = {path: text for path, text in files.items() if path != ".dihya/provenance.json"}
    digests = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}
    return files | {".dihya/provenance.json": json.dumps({"files": digests})}


@pytest.fixture
def petit() -> dict[str, str]:
    """The files of a plugin that has no flaw."""
    return signed(
        {
            "pyproject.toml": PYPROJECT,
            "README.md": "# dihya-petit\n\nSmall.\n\n## What you get\n\n## Tables\n\n## Libraries\n",
            "src/dihya_petit/__init__.py": FACE,
            "src/dihya_petit/models.py": MODELS,
            "src/dihya_petit/py.typed": "",
            "src/dihya_petit/migrations/0001_initial.py": MIGRATION,
            "src/dihya_petit/translations/fr.po": CATALOGUE,
            "tests/test_models.py": TESTS,
        }
    )


@pytest.fixture
def folder(tmp_path: Path):
    """Writes files into a folder and returns it."""

    def write(files: dict[str, str]) -> Path:
        root = tmp_path / "dihya-petit"
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture
def sign():
    """Makes the provenance of changed files true again."""
    return signed


@pytest.fixture
def checked(folder, tmp_path: Path):
    """Runs checks of the suite, and those that they need, on files: name → result."""
    from dihya_tests.settings import Settings
    from dihya_tests.suite.registry import with_needs
    from dihya_tests.suite.run import run
    from dihya_tests.suite.target import resolve

    def check(files: dict[str, str], *names: str) -> dict:
        place, root = tmp_path / "place", tmp_path / "root"
        place.mkdir()
        root.mkdir()
        target = resolve(str(folder(files)), place)
        return {one.check.name: one for one in run(target, with_needs(names), root, Settings())}

    return check


@pytest.fixture(scope="session")
def holes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a plugin with one hole of each kind; the tests of all attacks share it."""
    sys.path.insert(0, str(Path(__file__).with_name("holes")))
    plugin = importlib.import_module("dihya_holes")
    quick = {"securite": {"argon2_time": 1, "argon2_memory": 64}}
    with starter(tmp_path_factory.mktemp("holes")) as start:
        yield Site.of(start(*AROUND, config=quick, plugins={"holes": plugin}), "holes")


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a small plugin that does what it should."""
    sys.path.insert(0, str(Path(__file__).with_name("walked")))
    plugin = importlib.import_module("dihya_walked")
    with starter(tmp_path_factory.mktemp("walked")) as start:
        yield Site.of(start(*AROUND, plugins={"walked": plugin}), "walked")


@pytest.fixture
def spoilt(walked: Site) -> Iterator[Callable[[str, Callable[[str], str]], Site]]:
    """Return a function that spoils what a page of the small plugin says, as a broken template would; undone afterwards."""
    views = dict(walked.app.flask.view_functions)

    def spoil(page: str, change: Callable[[str], str]) -> Site:
        name = f"console_resources.walked_{page}"
        good = views[name]

        def broken(**arguments: Any) -> Any:
            answer = good(**arguments)
            if answer.mimetype == "text/html":
                answer.set_data(change(answer.get_data(as_text=True)))
            return answer

        walked.app.flask.view_functions[name] = update_wrapper(broken, good)
        return walked

    yield spoil
    walked.app.flask.view_functions.update(views)


@pytest.fixture(scope="session")
def assault(holes: Site) -> Callable[[str], Result]:
    """Return a function that carries out an attack on the plugin with holes, once."""
    done: dict[str, Result] = {}

    def attack(name: str) -> Result:
        if name not in done:
            done[name] = ATTACKS[name](holes)
        return done[name]

    return attack


@pytest.fixture(scope="session")
def found(assault: Callable[[str], Result]) -> Callable[[str], dict[str, Any]]:
    """Return a function that gives the holes which an attack finds: method and address → why."""

    def holes_of(name: str) -> dict[str, Any]:
        return {f"{each.method} {each.address}": each.why for each in assault(name).findings}

    return holes_of


@pytest.fixture
def written():
    """Makes what a check that only reads is given: a plugin as files below its package, and its tests."""
    from types import SimpleNamespace

    def make(tests: dict[str, str] | None = None, requires: tuple[str, ...] = (), **files: str) -> SimpleNamespace:
        named = {name.replace("__", "/"): text for name, text in files.items()}
        found = {f"src/dihya_petit/{name if '.' in name else name + '.py'}": text for name, text in named.items()}
        return SimpleNamespace(
            name="petit", package="dihya_petit", files=found, tests=tests or {}, requirements=lambda extras=True: list(requires)
        )  # fmt: skip

    return make


@pytest.fixture
def a_report() -> Callable[..., Any]:
    """Makes the report of a whole run on a plugin, in which every check says the same and ended in a given state."""
    from datetime import UTC, datetime
    from hashlib import sha256

    from dihya_tests.suite.model import COLUMNS, together
    from dihya_tests.suite.registry import checks, suite
    from dihya_tests.suite.report import Line, Report, Subject, Words

    def make(name: str, wheel: str = "", sources: str = "", *, states: Any = None, said: str = "seen") -> Report:
        found, words = states or {}, Words(en=said, fr=said)
        lines = [
            Line(
                name=check, column=one.column, sentence=words, state=(state := found.get(check, "passed")), evidence=words,
                data={}, advice=words, seconds=0.1, exempt="it draws maps" if state == "exempt" else "",
            )
            for check, one in checks().items()
        ]  # fmt: skip
        columns = {column: together(line.state for line in lines if line.column == column) for column in COLUMNS}
        digest = wheel or sha256(b"the bytes of a wheel").hexdigest()
        subject = Subject(name=name, version="1", wheel_sha256=digest, sources_sha256=sources)
        began = datetime(2026, 5, 1, tzinfo=UTC)
        return Report(suite=suite(), began=began, seconds=1, subject=subject, columns=columns, checks=lines)

    return make


@pytest.fixture
def a_record(a_report: Callable[..., Any]) -> Callable[..., Any]:
    """Makes the record of such a run."""
    from dihya_tests.marks.record import recorded

    return lambda *given, **said: recorded(a_report(*given, **said))
