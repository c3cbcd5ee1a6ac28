"""What the plugin brings along: its key, its words, its tables."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import dihya_audit
import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.data import Database
from sqlalchemy import text


def test_setup_makes_the_key(app):
    """Setting up makes the key and says its public half; doing it again changes nothing."""
    with app.act("setup"):
        (step,) = [step for _, step in app.hooks.collected("register_setup") if step.name == "audit key"]
        assert step.run() == step.run()
    assert (app.data / "keys" / "audit.key").stat().st_mode & 0o777 == 0o600


def test_a_second_key_is_never_made_for_an_old_log(app):
    """Where the database holds a log, or something was signed here, a missing key is an error that says whose it was."""
    with app.act("look") as act:
        act.get(AuditLog).checkpoint()
        key = act.get(AuditLog).signer.verifier.name_and_hash
    (app.data / "keys" / "audit.key").rename(app.data / "away")
    with app.flask.acts.open("setup"):
        (step,) = [step for _, step in app.hooks.collected("register_setup") if step.name == "audit key"]
        with pytest.raises(DihyaError, match="dihya keys import") as caught:
            step.run()
    assert key in caught.value.message and not (app.data / "keys" / "audit.key").exists()
    with pytest.raises(DihyaError, match="dihya keys import"), app.act("toys.make") as act:
        act.record("toys.made")
    assert not (app.data / "keys" / "audit.key").exists()
    (app.data / "away").rename(app.data / "keys" / "audit.key")
    with app.act("toys.make") as act:
        act.record("toys.made")


def test_nothing_is_served_without_the_key_of_the_log(make_app):
    """A server whose log is signed by a key that is not here does not start, and says what to copy; a new log is no reason."""
    first = make_app("audit", serving=True)
    with first.act("toys.make") as act:
        act.record("toys.made")
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    with first.act("look") as act:
        act.get(AuditLog).checkpoint()
    first.stop()
    (first.data / "keys" / "audit.key").unlink()
    with pytest.raises(
        Invalid, match="plugin 'keys' lets nothing be served: this audit log is signed by .*dihya keys import"
    ):
        make_app("audit", config={"db": {"url": url}}, data=first.data, serving=True, tables=False)
    assert (
        make_app("audit", config={"db": {"url": url}}, data=first.data, tables=False).client().get("/").status_code
        == 404
    )


def test_a_second_data_folder_on_the_same_database_refuses(make_app, tmp_path, probe):
    """An application with a new data folder on a database whose log another one signs sets nothing up, changes nothing, is not ready."""
    first = make_app("audit")
    with first.act("toys.make") as act:
        act.record("toys.made")
    with first.act("look") as act:
        act.get(AuditLog).checkpoint()
        key, url = act.get(AuditLog).signer.verifier.name_and_hash, act.get(Database).engine.url
    shared = {"db": {"url": url.render_as_string(hide_password=False)}}
    second = make_app("audit", config=shared, data=tmp_path / "second", tables=False)
    assert second.cli("setup").exit_code != 0
    with pytest.raises(DihyaError, match="dihya keys import") as caught, second.act("toys.make") as act:
        act.record("toys.made")
    assert key in caught.value.message and caught.value.status == 503
    assert second.cli("doctor").exit_code == 1 and "dihya keys import" in second.cli("doctor").stdout
    assert not (second.data / "keys" / "audit.key").exists()
    shutil.copytree(first.data / "keys", second.data / "keys", dirs_exist_ok=True)
    for folder in ("audit", "anchors"):
        shutil.copytree(first.data / folder, second.data / folder, dirs_exist_ok=True)
    with second.act("toys.make") as act:
        act.record("toys.made")
    assert "checkpoint verified" in probe(second)


def test_what_the_log_locks_and_keeps_is_closed_to_everybody_else(app):
    """Nobody else can open the lock, and so hold the log, nor read the key and what was signed."""
    with app.act("look") as act:
        act.get(AuditLog).checkpoint()
    for folder in ("keys", "audit", "anchors"):
        assert (app.data / folder).stat().st_mode & 0o077 == 0
        files = [path for path in (app.data / folder).iterdir() if path.is_file()]
        assert files and all(path.stat().st_mode & 0o077 == 0 for path in files), files


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
