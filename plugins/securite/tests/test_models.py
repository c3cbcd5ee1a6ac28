"""The tables: annotations and migration."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import dihya_securite
import dihya_securite.models
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dihya_hookspecs.data import Impersonal, Model, Personal
from sqlalchemy import MetaData, create_engine, inspect

FOLDER = Path(dihya_securite.__file__).parent / "migrations"
TABLES = [table for table in Model.metadata.sorted_tables if table.name.startswith("securite_")]


def test_every_column_says_what_it_is_and_every_table_of_a_person_leads_to_them():
    """All columns are annotated; secrets are marked; the subject is a column of the table."""
    assert len(TABLES) == 8
    for table in TABLES:
        for column in table.columns:
            declared = column.info["rgpd"]
            assert isinstance(declared, (Personal, Impersonal)), column
            if isinstance(declared, Personal):
                assert declared.subject in table.columns
    secret = {str(c) for t in TABLES for c in t.columns if getattr(c.info["rgpd"], "secret", False)}
    assert secret == {
        "securite_people.password_hash",
        "securite_sessions.id",
        "securite_keys.digest",
        "securite_authenticators.secret",
        "securite_recovery_codes.digest",
    }


def test_what_is_not_about_a_person_is_no_more_than_keys_and_counts_of_nobody_named():
    """States, ends, permissions and beginnings of keys are the person's; what is left are row keys, upkeep and failures."""
    beside = {"id", "version", "created_at", "changed_at"}
    left = {
        str(column)
        for table in TABLES
        for column in table.columns
        if isinstance(column.info["rgpd"], Impersonal) and column.key not in beside
    }
    assert left == {"securite_failures.count", "securite_failures.last_at"}


def test_failed_sign_ins_are_declared_as_pseudonymous_and_kept_for_one_day():
    """The reason that whoever signs the register reads says both."""
    why = Model.metadata.tables["securite_failures"].columns["id"].info["rgpd"].why
    assert "pseudonymous" in why and "one day" in why


def loaded(path):
    """The module in a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_migration_makes_the_tables_of_the_metadata_and_takes_them_away():
    """After the upgrade nothing differs from the metadata; after the downgrade nothing is left."""
    migrations = [loaded(path) for path in sorted(FOLDER.glob("0*.py"))]
    metadata = MetaData(naming_convention=Model.metadata.naming_convention)
    for table in TABLES:
        table.to_metadata(metadata)
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        with Operations.context(context):
            for migration in migrations:
                migration.upgrade()
            assert compare_metadata(context, metadata) == []
            for migration in reversed(migrations):
                migration.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
