"""The migration makes the tables that the models describe."""

from importlib import import_module

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dihya_generation_logs import models
from dihya_hookspecs.data import Model
from sqlalchemy import create_engine, inspect


def test_up_and_down():
    """Upgrading gives exactly the models' tables, downgrading takes them away."""
    engine = create_engine("sqlite://")
    step = import_module("dihya_generation_logs.migrations.0001_initial")
    with engine.connect() as connection:
        ours = {"include_name": lambda name, kind, parent: kind != "table" or name.startswith("generation_logs_")}
        context = MigrationContext.configure(connection, opts={**ours, "compare_type": True})
        with Operations.context(context):
            step.upgrade()
            tables = {name for name in Model.metadata.tables if name.startswith("generation_logs_")}
            assert set(inspect(connection).get_table_names()) == tables and models
            metadata = type(Model.metadata)(naming_convention=Model.metadata.naming_convention)
            for name in tables:
                Model.metadata.tables[name].to_metadata(metadata)
            assert compare_metadata(context, metadata) == []
            step.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
