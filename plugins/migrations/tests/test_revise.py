"""The next revision, written from models and database."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Impersonal, Model, impersonal
from dihya_migrations.service import Migrations
from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped


class Pet(Model):
    """A table of a plugin that exists in this test only."""

    __tablename__ = "pets_pets"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = impersonal("a number", Integer, primary_key=True)
    name: Mapped[str] = impersonal("a word", String(50))


@pytest.fixture(params=["sqlite", "postgres"])
def app(request, house, tmp_path):
    folder = tmp_path / "dihya_pets"
    folder.mkdir()
    plugin = SimpleNamespace(__name__="dihya_pets", __file__=str(folder / "__init__.py"))
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").render_as_string(False)
    app = house("migrations", plugins={"pets": plugin}, config={"db": {"url": url}}, tables=False)
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
