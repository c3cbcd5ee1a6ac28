"""The tables."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import dihya_services
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dihya_hookspecs.data import Impersonal, Model, Personal
from dihya_services.models import Generation, Progress

TABLES = {"services_generations", "services_progress"}


def test_every_column_says_what_it_is() -> None:
    """Words of a person are personal and lead to that person; the progress quotes nobody."""
    for model in (Generation, Progress):
        for column in model.__table__.columns:
            assert isinstance(column.info["rgpd"], Personal | Impersonal), column
    personal = {column.name for column in Generation.__table__.columns if isinstance(column.info["rgpd"], Personal)}
    assert personal == {"person_id", "idea", "needs", "proposal", "name", "title", "error"}
    assert {column.info["rgpd"].subject for column in Generation.__table__.columns if column.name in personal} == {
        "person_id"
    }


def test_the_migration_makes_the_tables() -> None:
    """Upgrading an empty database gives what the models declare; downgrading leaves nothing."""
    path = Path(dihya_services.__file__).with_name("migrations") / "0001_initial.py"
    spec = importlib.util.spec_from_file_location("services_0001", path)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    with sa.create_engine("sqlite://").connect() as connection:
        ours = {"include_object": lambda thing, name, kind, *_: kind != "table" or name in TABLES}
        context = MigrationContext.configure(connection, opts=ours)
        with Operations.context(context):
            migration.upgrade()
            assert compare_metadata(context, Model.metadata) == []
            migration.downgrade()
        assert sa.inspect(connection).get_table_names() == []
