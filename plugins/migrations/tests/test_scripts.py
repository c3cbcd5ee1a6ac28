"""One plugin's revisions and its version table."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_migrations.scripts import Scripts
from sqlalchemy import create_engine, inspect, text

REVISION = '''"""Number {number}."""
from alembic import op

revision = "nest_{number}"
down_revision = {before}

def upgrade():
    op.execute("{upgrade}")

def downgrade():
    pass
'''


@pytest.fixture
def engine(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/a.db")
    yield engine
    engine.dispose()


@pytest.fixture
def scripts(tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    return Scripts("nest", folder)


def write(scripts, number, before=None, upgrade="SELECT 1"):
    text_ = REVISION.format(number=number, before=repr(before), upgrade=upgrade)
    (scripts.folder / f"{number:04}_x.py").write_text(text_)


def up(scripts, engine):
    return scripts.run(engine, lambda directory, at: directory._upgrade_revs("head", at), destructive=False)


def test_an_empty_folder_has_nothing_pending(scripts, engine):
    """A plugin without revisions needs no version table."""
    with engine.connect() as connection:
        assert scripts.head() is None and scripts.current(connection) is None and scripts.pending(connection) == []


def test_pending_revisions_come_oldest_first(scripts, engine):
    """What an upgrade would run is listed in the order in which it would run."""
    write(scripts, 1)
    with engine.connect() as connection:
        assert scripts.pending(connection) == ["nest_1"]
    assert up(scripts, engine) == "nest_1"
    write(scripts, 2, "nest_1")
    write(scripts, 3, "nest_2")
    with engine.connect() as connection:
        assert scripts.pending(connection) == ["nest_2", "nest_3"]
    assert up(scripts, engine) == "nest_3"
    assert inspect(engine).get_table_names() == ["nest_alembic_version"]


def test_a_migration_that_breaks_references_is_undone(scripts, engine):
    """SQLite does not check references while tables are rebuilt, so they are checked before the commit."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE nest_a (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE nest_b (a INTEGER REFERENCES nest_a (id))"))
    write(scripts, 1, upgrade="INSERT INTO nest_b VALUES (9)")
    with pytest.raises(DihyaError, match="references to nothing in nest_b"):
        up(scripts, engine)
    with engine.connect() as connection:
        assert scripts.current(connection) is None
        assert connection.scalar(text("SELECT count(*) FROM nest_b")) == 0
