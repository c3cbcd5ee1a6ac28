"""The migration makes the table that the model describes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import dihya_db
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dihya_db.models import BinRow
from dihya_hookspecs.data import Model
from sqlalchemy import MetaData, create_engine, inspect


def test_the_migration_equals_the_metadata_and_can_be_undone():
    """Nothing is left to generate after it, and nothing stays when it is undone."""
    path = Path(dihya_db.__file__).parent / "migrations" / "0001_bin.py"
    spec = importlib.util.spec_from_file_location("db_0001", path)
    revision = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(revision)
    wanted = MetaData(naming_convention=Model.metadata.naming_convention)
    BinRow.__table__.to_metadata(wanted)
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            revision.upgrade()
            assert compare_metadata(context, wanted) == []
            revision.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
