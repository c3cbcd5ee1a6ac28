"""The migrations make the tables that the models describe."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import dihya_db
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dihya_db.models import BinRow, CounterRow
from dihya_hookspecs.data import Model
from sqlalchemy import MetaData, create_engine, inspect


def test_the_migrations_equal_the_metadata_and_can_be_undone():
    """Nothing is left to generate after them, and nothing stays when they are undone."""
    revisions = []
    for path in sorted((Path(dihya_db.__file__).parent / "migrations").glob("0*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        revisions.append(importlib.util.module_from_spec(spec))
        spec.loader.exec_module(revisions[-1])
    wanted = MetaData(naming_convention=Model.metadata.naming_convention)
    for model in (BinRow, CounterRow):
        model.__table__.to_metadata(wanted)
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            for revision in revisions:
                revision.upgrade()
            assert compare_metadata(context, wanted) == []
            for revision in reversed(revisions):
                revision.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
