"""The next revision, written from models and database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Impersonal, Model, impersonal
from dihya_migrations.service import Migrations
from sqlalchemy import Boolean, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped


class Pet(Model):
    """A table of a plugin that exists in this test only."""

    __tablename__ = "pets_pets"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = impersonal("a number", Integer, primary_key=True)
    name: Mapped[str] = impersonal("a word", String(50))


@pytest.fixture(params=["sqlite", "postgres"])
def app(request, make_app, tmp_path):
    folder = tmp_path / "dihya_pets"
    folder.mkdir()
    plugin = SimpleNamespace(__name__="dihya_pets", __file__=str(folder / "__init__.py"))
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").render_as_string(False)
    app = make_app("migrations", plugins={"pets": plugin}, config={"db": {"url": url}}, tables=False)
    app.folder = folder / "migrations"
    return app


def test_revisions_follow_the_models(app):
    """The first revision makes the tables, the next one the difference; each leaves nothing to be done."""
    result = app.cli("db", "revision", "pets", "-m", "the first tables")
    assert result.exit_code == 0 and result.stdout.strip().endswith("migrations/0001_the_first_tables.py")
    written = (app.folder / "0001_the_first_tables.py").read_text()
    assert 'revision = "pets_0001"' in written and "down_revision = None" in written
    assert "uq_pets_pets_name" in written and "storage_" not in written
    assert app.cli("db", "upgrade").exit_code == 0
    assert app.cli("db", "check").exit_code == 0

    from sqlalchemy import Column, Text

    table = Pet.__table__
    table.append_column(Column("colour", Text, info={"rgpd": Impersonal("a word")}))
    try:
        assert app.cli("db", "check").exit_code == 1
        assert app.cli("db", "revision", "pets", "-m", "colour").exit_code == 0
        assert 'down_revision = "pets_0001"' in (app.folder / "0002_colour.py").read_text()
        assert app.cli("db", "upgrade").exit_code == 0
        assert app.cli("db", "check").exit_code == 0
        assert app.cli("db", "downgrade", "pets", "-1", "--destructive").exit_code == 0
    finally:
        table._columns.remove(table.c.colour)


def test_nothing_to_write(app):
    """Without a difference no file is written."""
    from dihya_migrations.revise import revise

    app.cli("db", "revision", "pets", "-m", "one")
    with app.act() as act, pytest.raises(Invalid, match="run 'dihya db upgrade' first"):
        revise(Migrations.of(act), "pets", app.folder.parent, "two")
    app.cli("db", "upgrade")
    with app.act() as act, pytest.raises(Invalid, match="nothing to write"):
        revise(Migrations.of(act), "pets", app.folder.parent, "two")
    assert [path.name for path in app.folder.glob("*.py")] == ["0001_one.py"]


def test_an_unknown_plugin(app):
    """A plugin that is not active has no folder to write to."""
    result = app.cli("db", "revision", "cats", "-m", "x")
    assert result.exit_code == 1 and "no active plugin 'cats'" in result.stderr


@pytest.fixture
def added(app):
    """Return a function that adds a column to the table, after the first revision and a row."""
    from sqlalchemy import Column, text

    app.cli("db", "revision", "pets", "-m", "one")
    app.cli("db", "upgrade")
    from dihya_hookspecs.data import UNAUDITED, Database

    with app.act() as act:
        engine = act.get(Database).engine.execution_options(**{UNAUDITED: "a test"})
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO pets_pets (id, name) VALUES (1, 'Tin')"))
    new = []

    def add(kind, **options):
        column = Column("colour", kind, nullable=False, info={"rgpd": Impersonal("a word")}, **options)
        Pet.__table__.append_column(column)
        new.append(column)

    yield add
    for column in new:
        Pet.__table__._columns.remove(column)


def colours(app):
    """What the rows have in the new column, and whether it may be empty."""
    from dihya_hookspecs.data import Database
    from sqlalchemy import inspect, text

    with app.act() as act:
        engine = act.get(Database).engine
        with engine.connect() as connection:
            values = [row[0] for row in connection.execute(text("SELECT colour FROM pets_pets"))]
        (column,) = [item for item in inspect(engine).get_columns("pets_pets") if item["name"] == "colour"]
    return values, column["nullable"]


@pytest.mark.parametrize(
    ("kind", "options", "said", "value"),
    [
        (String(20), {}, ["--default", "pets_pets.colour=it's grey"], "it's grey"),
        (String(20), {"default": "white"}, [], "white"),
        (Integer, {"default": 0}, [], 0),
        (Integer, {}, ["--default", "pets_pets.colour=-3"], -3),
        (Boolean, {"default": True}, [], True),
    ],
)
def test_a_new_column_that_must_not_be_empty_fills_the_rows_that_are_there(app, added, kind, options, said, value):
    """With what the author says, or what the model gives new rows; the revision runs on a table with rows."""
    added(kind, **options)
    result = app.cli("db", "revision", "pets", "-m", "colour", *said)
    assert result.exit_code == 0, result.stderr
    assert app.cli("db", "upgrade").exit_code == 0
    assert colours(app) == ([value], False)
    assert app.cli("db", "check").exit_code == 0


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        (String(20), [], "say --default pets_pets.colour=VALUE"),
        (
            String(20),
            ["--default", "pets_pets.colour=x", "--default", "pets_pets.size=1"],
            "no new column needs pets_pets.size",
        ),
        (String(20), ["--default", "colour"], "is not TABLE.COLUMN=VALUE"),
        (Integer, ["--default", "pets_pets.colour=1; DROP TABLE x"], "is no value for pets_pets.colour"),
    ],
)
def test_a_revision_that_would_fail_on_rows_is_not_written(app, added, kind, said, words):
    """The message says what is missing."""
    added(kind)
    result = app.cli("db", "revision", "pets", "-m", "colour", *said)
    assert result.exit_code == 1 and words in result.stderr
    assert [path.name for path in app.folder.glob("*.py")] == ["0001_one.py"]


def test_revisions_are_written_where_the_author_works(tmp_path, monkeypatch):
    """Revisions are written to the author's folder, never among installed packages."""
    import sysconfig

    from dihya_migrations.revise import authors_folder

    installed, author = tmp_path / "site" / "dihya_pets", tmp_path / "dihya-pets" / "src" / "dihya_pets"
    for folder in (installed, author):
        folder.mkdir(parents=True)
        (folder / "models.py").write_text("same")
    monkeypatch.setattr(sysconfig, "get_path", lambda kind: str(tmp_path / "site"))
    assert authors_folder("pets", author, None) == author
    with pytest.raises(Invalid, match="runs from a copy"):
        authors_folder("pets", installed, None)
    assert authors_folder("pets", installed, tmp_path / "dihya-pets") == author
    assert authors_folder("pets", installed, author) == author
    with pytest.raises(Invalid, match="no package 'dihya_pets'"):
        authors_folder("pets", installed, tmp_path)
    (author / "models.py").write_text("newer")
    with pytest.raises(Invalid, match="are not those that run"):
        authors_folder("pets", installed, author)
