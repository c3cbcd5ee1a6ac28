"""The tables of one plugin, forward and back."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import Schema
from sqlalchemy import create_engine, inspect, text

FIRST = '''"""First."""
import sqlalchemy as sa
from alembic import op

revision = "ducks_0001"
down_revision = None


def upgrade():
    op.create_table("ducks_ducks", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    op.drop_table("ducks_ducks")
'''
SECOND = '''"""Second."""
import sqlalchemy as sa
from alembic import op

revision = "ducks_0002"
down_revision = "ducks_0001"


def upgrade():
    op.create_table("ducks_ponds", sa.Column("id", sa.Integer, primary_key=True))
    {more}


def downgrade():
    op.drop_table("ducks_ponds")
'''


@pytest.fixture(params=["sqlite", "postgres"])
def app(request, make_app, tmp_path):
    folder = tmp_path / "dihya_ducks" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001.py").write_text(FIRST)
    plugin = SimpleNamespace(__name__="dihya_ducks", __file__=str(folder.parent / "__init__.py"))
    url = f"sqlite:///{tmp_path}/test.db"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").render_as_string(False)
    app = make_app("migrations", plugins={"ducks": plugin}, config={"db": {"url": url}}, tables=False)
    app.folder = folder
    return app


def ask(app, what, *arguments):
    """Ask the service, in an act of its own."""
    with app.act() as act:
        return getattr(act.get(Schema), what)(*arguments)


def tables(app):
    """The plugin's tables that are there."""
    from dihya_hookspecs.data import Database

    with app.act() as act:
        names = inspect(act.get(Database).engine).get_table_names()
    return sorted(name for name in names if name.startswith("ducks"))


def test_forward_and_back(app):
    """To the newest revision, to an older one, and to nothing, the version table included."""
    assert ask(app, "revision", "ducks") == ""
    ask(app, "upgrade", "ducks")
    assert ask(app, "revision", "ducks") == "ducks_0001"
    (app.folder / "0002.py").write_text(SECOND.format(more=""))
    ask(app, "upgrade", "ducks")
    assert ask(app, "revision", "ducks") == "ducks_0002"
    ask(app, "downgrade", "ducks", "ducks_0001")
    assert tables(app) == ["ducks_alembic_version", "ducks_ducks"]
    ask(app, "downgrade", "ducks", "")
    assert tables(app) == []


def test_an_upgrade_that_fails_changes_nothing(app):
    """An upgrade that fails changes nothing and raises with the reason."""
    ask(app, "upgrade", "ducks")
    (app.folder / "0002.py").write_text(SECOND.format(more='raise RuntimeError("no")'))
    with pytest.raises(DihyaError, match="nothing of them was changed"):
        ask(app, "upgrade", "ducks")
    assert ask(app, "revision", "ducks") == "ducks_0001"
    assert tables(app) == ["ducks_alembic_version", "ducks_ducks"]


def test_a_plugin_without_migrations_has_nothing_to_go_through(app):
    """Neither forward nor back."""
    said = "migrations has no tables of its own"
    assert ask(app, "revision", "migrations") == ""
    assert ask(app, "upgrade", "migrations") == ask(app, "downgrade", "migrations", "") == said


def test_another_database_is_built_in_the_callers_transaction(app, postgres):
    """At the newest revision of every plugin; what the caller rolls back was never there. Ours is left alone."""
    engine = create_engine(postgres.set(query={**postgres.query, "options": "-csearch_path=other"}))
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA other"))
    with engine.connect() as connection:
        with app.act() as act:
            act.get(Schema).build(connection)
            assert act.get(Schema).revisions(connection) == {"db": "db_0002", "ducks": "ducks_0001"}
        connection.rollback()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
    assert tables(app) == []


def test_a_migration_that_does_not_run_there_is_named(app, postgres):
    """With its plugin, and without the statement."""
    (app.folder / "0002.py").write_text(SECOND.format(more='op.execute("SELECT nothing FROM nowhere")'))
    engine = create_engine(postgres)
    said = "the migrations of plugin 'ducks' do not run there: .*nowhere"
    with engine.connect() as connection, app.act() as act, pytest.raises(DihyaError, match=said):
        act.get(Schema).build(connection)
    engine.dispose()
