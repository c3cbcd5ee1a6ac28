"""What the plugin brings along: its key, its words, its tables."""

from __future__ import annotations

import re
from pathlib import Path

import dihya_audit
from sqlalchemy import text


def test_setup_makes_the_key(app):
    """Setting up makes the key and says its public half; doing it again changes nothing."""
    with app.act("setup"):
        (step,) = [step for _, step in app.hooks.collected("register_setup") if step.name == "audit key"]
        assert step.run() == step.run()
    assert (app.data / "keys" / "audit.key").stat().st_mode & 0o777 == 0o600


def test_every_sentence_is_in_french():
    """Each English text of templates and code has a French one."""
    folder = Path(dihya_audit.__file__).parent
    known = dict(re.findall(r'msgid "(.+)"\nmsgstr "(.+)"', (folder / "translations" / "fr.po").read_text("utf-8")))
    files = [*folder.glob("templates/*.html"), *folder.glob("*.py")]
    texts = r"\b_\(\s*(?:\"([^\"]+)\"|'([^']+)')"
    wanted = {a or b for file in files for a, b in re.findall(texts, file.read_text("utf-8"))}
    assert wanted and wanted <= set(known), wanted - set(known)
    assert all(re.findall(r"%\(\w+\)s", en) == re.findall(r"%\(\w+\)s", fr) for en, fr in known.items())


def test_migration_and_metadata_agree(tmp_path, world):
    """The migration makes the tables, indexes and triggers that the models declare, and takes them away again."""
    import importlib.util

    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from dihya_audit.models import LogEntry, Node, Outbox, SignedCheckpoint
    from sqlalchemy import MetaData, create_engine, inspect

    path = Path(dihya_audit.__file__).parent / "migrations" / "0001_initial.py"
    spec = importlib.util.spec_from_file_location("audit_0001", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    expected = MetaData(naming_convention=Outbox.metadata.naming_convention)
    for model in (Outbox, LogEntry, Node, SignedCheckpoint):
        model.__table__.to_metadata(expected)
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
    triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            module.upgrade()
            assert compare_metadata(context, expected) == []
            with world.engine.connect() as other:
                assert connection.execute(triggers).all() == other.execute(triggers).all() != []
            module.downgrade()
        assert inspect(connection).get_table_names() == []
    engine.dispose()
