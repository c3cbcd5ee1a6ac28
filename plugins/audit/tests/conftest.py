"""A log in a database of its own."""

from __future__ import annotations

import itertools
import tempfile
from types import SimpleNamespace

import hypothesis.configuration
import pytest
from dihya_audit import keys
from dihya_audit.anchors import AnchorFile
from dihya_audit.models import LogEntry, Node, Outbox, SignedCheckpoint
from dihya_audit.outbox import store
from dihya_audit.sequencer import Sequencer
from dihya_audit.service import Log
from dihya_hookspecs.access import Actor
from dihya_hookspecs.audit import Anchor, AuditEvent
from dihya_hookspecs.data import Database
from dihya_keys.service import FileKeys
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

TABLES = [model.__table__ for model in (Outbox, LogEntry, Node, SignedCheckpoint)]

# Not into the checkout: pytest would walk through it.
hypothesis.configuration.set_hypothesis_home_dir(tempfile.gettempdir() + "/dihya-hypothesis")


def connect(path):
    """Return an engine on a SQLite file that behaves as the application's."""
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def configure(connection, record):
        connection.execute("PRAGMA journal_mode=WAL").close()
        connection.execute("PRAGMA synchronous=OFF").close()  # Processes die in these tests, machines do not.
        connection.execute("PRAGMA busy_timeout=5000").close()

    return engine


@pytest.fixture
def make_event():
    """Make events that differ from one another."""
    numbers = itertools.count()

    def make(**values):
        number = next(numbers)
        usual = {
            "at": "2026-11-23T10:00:00.000000Z", "act": f"act-{number // 3}", "actor": "p1", "action": "insert",
            "object": f"toys_things:{number}", "outcome": "done", "plugin": "toys", "facts": {"columns": ["name"]},
        }  # fmt: skip
        return AuditEvent(**{**usual, **values})

    return make


@pytest.fixture
def world(tmp_path, make_event):
    """A log on a fresh database: ``engine``, ``log``, ``write(number)``, ``file``."""
    engine = connect(tmp_path / "dihya.db")
    LogEntry.metadata.create_all(engine, tables=TABLES)
    file = AnchorFile(tmp_path / "anchors" / "checkpoints.txt")
    keys.create(FileKeys(tmp_path / "keys"), "test-log")
    sequencer = Sequencer(
        engine,
        lambda: keys.signer(FileKeys(tmp_path / "keys"), "test-log"),
        tmp_path,
        file=file,
        anchors=[Anchor("file", file.send)],
        batch=7,
    )
    log = Log(engine, sequencer, file)

    def write(number, **values):
        for _ in range(number):
            with Session(engine) as session:
                store(make_event(**values), session, log.signer)
                session.commit()

    yield SimpleNamespace(engine=engine, log=log, write=write, file=file, data=tmp_path, sequencer=sequencer)
    engine.dispose()


@pytest.fixture
def touched(world):
    """A log of 23 entries whose guards somebody has dropped; ``touched(sql, **values)`` changes it."""
    for number in (5, 11, 7):
        world.write(number)
        world.sequencer.drain()

    def change(*statements, **values):
        with world.engine.begin() as connection:
            for table in ("audit_entries", "audit_nodes"):
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
            for statement in statements:
                connection.execute(text(statement), values)
        return world.log.verify()

    return change


@pytest.fixture
def named():
    """Return the function that tells which entries the findings of a report name."""
    return _named


@pytest.fixture
def app(make_app):
    """An application with the log, and three acts in it."""
    app = make_app("audit", "console", config={"audit": {"origin": "test-log"}})
    for number in range(3):
        with app.act("toys.make", actor=Actor("p1", "Tin Canary", frozenset({"user"}))) as act:
            act.record("toys.made", object=f"toys_things:{number}", count=number)
    return app


@pytest.fixture
def tamper():
    """Return what changes the log behind its back."""
    return _tamper


@pytest.fixture
def probe():
    """Return what asks the health check."""
    return _probe


def _named(report):
    ranges = [(f.index, f.last if f.last is not None else f.index) for f in report.findings if f.index is not None]
    return {index for first, last in ranges for index in range(first, last + 1)}


def _tamper(app, statement, **values):
    with app.act("test") as act:
        engine = act.get(Database).engine.execution_options(dihya_unaudited="an attacker")
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                for table in ("audit_entries", "audit_nodes"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        else:
            for table in ("audit_entries", "audit_nodes"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(statement), values)


def _probe(app):
    with app.act("health"):
        return next(
            check for _, check in app.hooks.collected("register_health_checks") if check.name == "audit.log"
        ).probe()
