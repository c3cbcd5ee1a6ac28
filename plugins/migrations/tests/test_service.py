"""Upgrade and downgrade, plugin by plugin, on both databases."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.data import Database, Model, impersonal
from dihya_migrations.service import Migrations
from sqlalchemy import Integer, String, inspect, text
from sqlalchemy.orm import Mapped

FIRST = '''
"""The first table."""
import sqlalchemy as sa
from alembic import op

revision = "toy_0001"
down_revision = None

def upgrade():
    op.create_table(
        "toy_things",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_toy_things")),
    )

def downgrade():
    op.drop_table("toy_things")
'''
SECOND = '''
"""{message}"""
import sqlalchemy as sa
from alembic import op

revision = "toy_0002"
down_revision = "toy_0001"

def upgrade():
    {upgrade}

def downgrade():
    {downgrade}
'''
NOTE = 'with op.batch_alter_table("toy_things") as batch:\n        batch.add_column(sa.Column("note", sa.String(9)))'
UNNOTE = 'with op.batch_alter_table("toy_things") as batch:\n        batch.drop_column("note")'


class Thing(Model):
    """A table of a plugin that exists in this test only."""

    __tablename__ = "toy_things"

    id: Mapped[int] = impersonal("a number", Integer, primary_key=True)
    name: Mapped[str] = impersonal("a word", String(50))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres").render_as_string(False)
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
def toy(tmp_path):
    """A plugin with one revision, whose folder tests may add to."""
    folder = tmp_path / "dihya_toy"
    (folder / "migrations").mkdir(parents=True)
    (folder / "migrations" / "0001_initial.py").write_text(FIRST)
    return SimpleNamespace(__name__="dihya_toy", __file__=str(folder / "__init__.py"), folder=folder / "migrations")


@pytest.fixture
def app(make_app, toy, url):
    return make_app("migrations", plugins={"toy": toy}, config={"db": {"url": url}}, tables=False)


def second(toy, upgrade="pass", downgrade="pass", message="The second."):
    (toy.folder / "0002_more.py").write_text(SECOND.format(upgrade=upgrade, downgrade=downgrade, message=message))


def run(app, what, *arguments, **options):
    with app.act() as act:
        return getattr(Migrations.of(act), what)(*arguments, **options)


def engine(app):
    return app.engine


def sql(app, statement):
    with engine(app).begin() as connection:
        return connection.execute(text(statement))


def columns(app, table="toy_things"):
    return [column["name"] for column in inspect(engine(app)).get_columns(table)]


def test_an_upgrade_brings_every_plugin_to_its_newest_revision(app, toy):
    """Tables appear, the version is noted in a table of the plugin's own, and a second run has nothing to do."""
    second(toy, NOTE, UNNOTE)
    [first, step] = run(app, "upgrade").steps
    assert first.plugin == "db" and (step.plugin, step.before, step.after) == ("toy", None, "toy_0002")
    assert columns(app) == ["id", "name", "note"]
    with engine(app).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM toy_alembic_version")) == "toy_0002"
    assert run(app, "upgrade").steps == [] and run(app, "pending") == {}


def test_an_interrupted_migration_leaves_nothing(app, toy):
    """A migration that fails half-way is undone whole, and the reason is told."""
    second(toy, f'{NOTE}\n    op.execute("UPDATE nowhere SET x = 1")')
    done = run(app, "upgrade")
    assert [step.plugin for step in done.steps] == ["db"] and "nowhere" in done.failures["toy"]
    assert not inspect(engine(app)).has_table("toy_things")


def test_a_broken_plugin_does_not_hold_up_the_others(make_app, toy, tmp_path, url):
    """The plugins beside a broken one are upgraded."""
    other = tmp_path / "dihya_bad"
    (other / "migrations").mkdir(parents=True)
    (other / "migrations" / "0001_initial.py").write_text(FIRST.replace("toy", "bad").replace("op.f(", "nonsense("))
    bad = SimpleNamespace(__name__="dihya_bad", __file__=str(other / "__init__.py"))
    app = make_app("migrations", plugins={"bad": bad, "toy": toy}, config={"db": {"url": url}}, tables=False)
    result = app.cli("db", "upgrade")
    assert result.exit_code == 1 and "bad: NameError" in result.stderr and "toy: nothing → toy_0001" in result.stdout


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ('op.drop_table("toy_things")', "drops table 'toy_things'"),
        ('op.drop_column("toy_things", "name")', "drops column toy_things.name"),
        ('with op.batch_alter_table("toy_things") as batch:\n        batch.drop_column("name")', "drops column"),
        ('op.execute("DELETE FROM toy_things")', "throws away rows of 'toy_things'"),
        ('op.execute("ALTER TABLE toy_things DROP COLUMN name")', "throws away rows of 'toy_things'"),
        ('op.execute("DROP TABLE IF EXISTS toy_things")', "throws away rows of 'toy_things'"),
    ],
)
def test_rows_are_not_thrown_away_unasked(app, toy, step, what):
    """A step that would lose rows needs --destructive; on an empty table it needs nothing."""
    run(app, "upgrade")
    sql(app, "INSERT INTO toy_things VALUES (1, 'x')")
    second(toy, step)
    assert what in run(app, "upgrade").failures["toy"]
    with engine(app).connect() as connection:
        assert connection.scalar(text("SELECT name FROM toy_things")) == "x"
    assert run(app, "upgrade", destructive=True).failures == {}


def test_an_empty_table_may_go(app, toy):
    """Dropping a table without rows loses nothing."""
    run(app, "upgrade")
    second(toy, 'op.drop_table("toy_things")')
    assert run(app, "upgrade").failures == {}


def test_changing_a_table_keeps_its_rows_and_references(app, toy):
    """A change that SQLite makes by copying the table empties no table that refers to it."""
    run(app, "upgrade")
    sql(
        app,
        "CREATE TABLE toy_parts (id INTEGER PRIMARY KEY, thing INTEGER REFERENCES toy_things (id) ON DELETE CASCADE)",
    )
    sql(app, "INSERT INTO toy_things VALUES (1, 'x')")
    sql(app, "INSERT INTO toy_parts VALUES (1, 1)")
    second(
        toy,
        'with op.batch_alter_table("toy_things", recreate="auto") as batch:\n        batch.alter_column("name", type_=sa.String(80))',
    )
    assert run(app, "upgrade").failures == {}
    with engine(app).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM toy_parts")) == 1
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_downgrade_needs_to_be_meant(app, toy):
    """A downgrade without --destructive is refused; with it, the plugin is where it was, and can go up again."""
    second(toy, NOTE, UNNOTE)
    run(app, "upgrade")
    with pytest.raises(Invalid, match="--destructive"):
        run(app, "downgrade", "toy", "toy_0001")
    step = run(app, "downgrade", "toy", "-1", destructive=True)
    assert (step.before, step.after) == ("toy_0002", "toy_0001") and columns(app) == ["id", "name"]
    run(app, "downgrade", "toy", "base", destructive=True)
    assert not inspect(engine(app)).has_table("toy_things")
    assert run(app, "upgrade").steps[0].after == "toy_0002"


def test_a_revision_that_the_package_does_not_have(app, toy):
    """When the database is newer than the package, the message says so, and nothing is changed."""
    second(toy, NOTE, UNNOTE)
    run(app, "upgrade")
    (toy.folder / "0002_more.py").unlink()
    assert "install the version of its package" in run(app, "upgrade").failures["toy"]
    with pytest.raises(DihyaError, match="'toy'"):
        run(app, "history")


def test_two_heads_are_named(app, toy):
    """Two revisions that both follow the first are an error that says what to do."""
    second(toy)
    text_ = (toy.folder / "0002_more.py").read_text()
    (toy.folder / "0003_also.py").write_text(text_.replace("toy_0002", "toy_0003"))
    assert "down_revision" in run(app, "upgrade").failures["toy"]


def test_an_unknown_plugin_is_not_found(app):
    """Asking for a plugin without migrations names those that have some."""
    with pytest.raises(NotFound, match="there is db, toy"):
        run(app, "upgrade", "tot")


def test_two_upgraders_take_turns(app, toy):
    """Of two upgrades at once, one does the work and the other finds it done."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(run(app, "upgrade"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(done.steps) for done in results) == [0, 0, 2]  # the database's own table, and the toy's
    assert all(done.failures == {} for done in results)


def test_waiting_for_another_upgrader_ends(app):
    """Past the lock's timeout the second upgrader says that somebody else is at it."""
    from dihya_migrations.lock import only_one

    database, data = engine(app), app.data
    with only_one(database, data, 1), pytest.raises(DihyaError, match="another process") as caught:  # noqa: SIM117
        with only_one(database, data, 0.1):
            pass
    assert caught.value.status == 503
    with only_one(database, data, 0):
        pass


def test_the_setup_step_and_the_health_check(app, toy):
    """Setup upgrades and says so in one sentence; the health check fails while an upgrade is due."""
    from dihya_migrations.service import probe, setup

    with app.act(), pytest.raises(DihyaError, match="older than db, toy; run 'dihya db upgrade'"):
        probe()
    with app.act():
        assert setup() == "the database is up to date; upgraded db, toy"
        assert setup() == "the database is up to date"
    with app.act():
        assert "newest revision" in probe()
    assert [event.facts["after"] for event in app.trail if event.action == "migrations.upgrade"] == [
        "db_0001",
        "db_0002",
        "toy_0001",
    ]


def test_a_failing_setup_raises(app, toy):
    """Setup stops when a plugin cannot be upgraded."""
    from dihya_migrations.service import setup

    second(toy, "raise ValueError('no')")
    with pytest.raises(DihyaError, match="toy: ValueError: no"), app.act():
        setup()


def test_the_folder_is_found_by_the_app(app, toy):
    """Migrations are found because the folder exists."""
    with app.act() as act:
        assert [scripts.folder for scripts in Migrations.of(act).scripts("toy")] == [Path(toy.folder)]


def test_each_revision_is_an_event(app, toy):
    """A migration may change rows by any statement; the log names the revision that did."""
    from dihya_migrations.service import setup

    second(
        toy,
        "op.execute(\"INSERT INTO toy_things (id, name) VALUES (1, 'a')\"); op.execute('UPDATE toy_things SET id = 2')",
    )
    with app.act():
        setup()
    assert [
        (event.object, event.facts["before"], event.facts["after"])
        for event in app.trail
        if event.action == "migrations.upgrade" and event.object == "plugin:toy"
    ] == [("plugin:toy", None, "toy_0001"), ("plugin:toy", "toy_0001", "toy_0002")]


def test_a_migration_outside_of_an_upgrade_is_refused(app, toy):
    """Only the connection of an upgrade is declared; the same statements over another one are not executed."""
    run(app, "upgrade")
    with app.act() as act:
        undeclared = act.get(Database).engine
    with pytest.raises(RuntimeError, match="over a connection of its own"), undeclared.begin() as other:
        other.execute(text("INSERT INTO toy_things (id, name) VALUES (1, 'a')"))
