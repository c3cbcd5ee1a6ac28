"""Health is never "ok" by itself: every check fails once what it checks is broken."""

import hashlib
import logging
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from dihya_core.loading.discovery import installed
from dihya_hookspecs.access import OPERATOR, SYSTEM
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.keys import Keys
from sqlalchemy import text as sql

ROOT = Path(__file__).resolve().parents[1]
NAMES = [item.name for item in installed() if (ROOT / "plugins" / item.name).is_dir()]
WAITING = (
    "INSERT INTO tasks_tasks (id, name, state, queue, priority, error, history, reason, steps, done, of, cancelling, attempt, "
    "failures, deaths, created_at, run_at) VALUES "
)
BREAK = {
    "ai_fallback": lambda app: run(app, "DROP TABLE ai_fallback_reservations"),
    "generation_logs": lambda app: run(app, "DROP TABLE generation_logs_attempts"),
    "routes": lambda app: run(app, "DROP TABLE routes_idempotency"),
    "services": lambda app: run(app, "DROP TABLE services_progress"),
    "db": lambda app: (app.data / "sound.db").write_bytes(b"no database" * 1000),
    "events": lambda app: run(
        app,
        "INSERT INTO events_published (id, name, payload, plugin, act, at) VALUES ('old', 'x.y', '{}', 'x', 'a', :at)",
        at=str(datetime.now(UTC) - timedelta(hours=1)),
    ),
    "logs": lambda app: (spoil(app.data / "logs"), logging.getLogger("dihya.test").error("this line is lost")),
    "middleware.proxy": lambda app: (app.data / "untrusted-proxy").write_text("10.0.0.7"),
    "migrations": lambda app: run(app, "DELETE FROM storage_alembic_version"),
    "schema": lambda app: run(app, "ALTER TABLE storage_blobs DROP COLUMN media_type"),
    "audit.log": lambda app: run(app, "UPDATE audit_checkpoints SET note = replace(note, 'a', 'b')"),
    "embedded model": lambda app: (app.data / "model.gguf").write_bytes(b"another model"),
    "rgpd.assessments": lambda app: run(app, "DROP TABLE rgpd_assessments"),
    "rgpd.coverage": lambda app: run(app, "CREATE TABLE ghost_people (id INTEGER, name TEXT)"),
    "rgpd.erasures": lambda app: forge(app.data / "rgpd" / "tombstones.jsonl"),
    "securite.administrator": lambda app: run(app, "UPDATE securite_people SET active = false"),
    "keys": lambda app: (app.data / "keys" / "rgpd.key").rename(app.data / "away"),
    "securite.signing_key": lambda app: spoil(app.data / "keys"),
    "settings": lambda app: run(app, "DROP TABLE settings_values"),
    "storage": lambda app: spoil(app.data / "blobs"),
    "storage.shared": lambda app: run(app, "DROP TABLE storage_blobs"),
    "tasks": lambda app: run(
        app,
        f"{WAITING} ('old', 'services.generate', 'queued', 'default', 0, '', '[]', '', 0, 0, 0, false, 0, 0, 0, :at, :at)",
        at=str(datetime.now(UTC) - timedelta(hours=1)),
    ),
}
SOUND_ON_SQLITE = {"db.left"}
"""Checks that have nothing to find in this application: a file that was left for PostgreSQL."""


def run(app, statement, **values):
    """Change the database behind everybody's back."""
    with app.engine.begin() as connection:
        connection.execute(sql(statement), values)


def spoil(folder):
    """Put a file where a folder is expected."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("")


def forge(file):
    """Add a line that nobody has sealed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"committed":"x"}\t' + "0" * 64 + "\n")


@pytest.fixture
def sound(make_app, tmp_path):
    """An application of all plugins in which everything works; on SQLite, since its file can be broken."""
    from dihya_securite.service import Directory

    folder = tmp_path / "sound"
    folder.mkdir()
    (folder / "model.gguf").write_bytes(b"a model")
    model = {"path": str(folder / "model.gguf"), "digest": hashlib.sha256(b"a model").hexdigest()}
    config = {"models": model, "db": {"url": f"sqlite:///{folder}/sound.db"}}
    config["securite"] = {"argon2_time": 1, "argon2_memory": 64}
    first = make_app(*NAMES, config=config, data=folder, tables=False)
    assert first.cli("db", "upgrade").exit_code == 0
    first.stop()
    app = make_app(*NAMES, config=config, data=folder, tables=False)
    with app.act("add", actor=OPERATOR) as act:
        act.get(Directory).create(OPERATOR, "admin@example.org", "Tin", ["admin"])
    with app.act("setup") as act:
        act.get(Keys).agree()
    return app


def checks(app):
    """Return the health checks of the application by name."""
    with app.act() as act:
        return {check.name: check for _, check in act.get(Plugins).collected("register_health_checks")}


def test_a_sound_house_is_healthy(sound):
    """Every check says what it found, ``dihya doctor`` ends well, and the next test breaks each of them."""
    with sound.act(actor=SYSTEM):
        assert [name for name, check in checks(sound).items() if not check.probe()] == []
    result = sound.cli("doctor")
    assert result.exit_code == 0, result.output
    assert set(checks(sound)) == set(BREAK) | SOUND_ON_SQLITE


@pytest.mark.parametrize("name", BREAK)
def test_a_check_fails_when_what_it_checks_is_broken(sound, name):
    """It was good, then its dependency breaks, and within two minutes it raises and says why."""
    check = checks(sound)[name]
    with sound.act(actor=SYSTEM) as act:
        assert check.probe()
        engine = act.get(Database).engine
    engine.dispose()
    BREAK[name](sound)
    with time_machine.travel(time.time() + 120), pytest.raises(Exception, match=r"\w"), sound.act(actor=SYSTEM):
        check.probe()
