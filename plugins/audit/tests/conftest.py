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
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import OPERATOR, Actor, Permission
from dihya_hookspecs.audit import Anchor, AuditAction, AuditEvent
from dihya_hookspecs.data import Database, Record, Records, action, personal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from dihya_keys.service import FileKeys
from pydantic import BaseModel
from sqlalchemy import String, create_engine, event, text
from sqlalchemy.orm import Mapped, Session


class Member(Record, subject="id", purpose="membership", basis="contract", retention="3y"):
    """Somebody who belongs to the crew."""

    __tablename__ = "crew_members"

    name: Mapped[str] = personal("name", String(80))
    phone: Mapped[str | None] = personal("contact.phone_number", String(40))
    remark: Mapped[str | None] = personal("user.content", String(80), visible_to=("admin",))


class Members(Records[Member]):
    """The members."""

    model = Member
    order = "name"

    @action("greet", ("Greet", "Saluer"))
    def greet(self, record: Member) -> None:
        """Nothing changes."""


class MemberForm(BaseModel):
    """What may be written of a member."""

    name: str
    phone: str | None = None
    remark: str | None = None


MEMBERS = Resource(
    "members", Members, MemberForm, Text("Members", "Adhérents"), Text("member", "adhérent"), "crew:read", "crew:write",
    ("name", "phone"), {"phone": Text("Phone", "Téléphone"), "remark": Text("Remark", "Remarque")}, caption="{name}",
)  # fmt: skip
PERMISSIONS = [
    Permission("crew:read", Text("see the members", "voir les adhérents"), ("admin", "dpo", "user")),
    Permission("crew:write", Text("change the members", "modifier les adhérents"), ("admin", "user")),
]
REMINDED = AuditAction("crew.reminded", Text("{who} reminded {what}", "{who} a relancé {what}"))


def crew_plugin():
    """Return the plugin."""

    @hookimpl
    def register_permissions():
        return PERMISSIONS

    @hookimpl
    def register_resources():
        return MEMBERS

    @hookimpl
    def register_audit_actions():
        return REMINDED

    return SimpleNamespace(
        __name__="dihya_crew", register_permissions=register_permissions, register_resources=register_resources,
        register_audit_actions=register_audit_actions,
    )  # fmt: skip


class Crew:
    """An application with the crew, people who sign in, and what they do."""

    def __init__(self, app):
        from dihya_securite.service import Directory

        self.app, self.people, self.records = app, {}, Members
        with app.act("start", actor=OPERATOR) as act:
            for name in ("Anne Martin", "Bob Petit"):
                address = f"{name.split()[0].lower()}@example.org"
                person, _given = act.get(Directory).create(OPERATOR, address, name, ["admin"], "quatre mots sans lien")
                self.people[name] = str(person.id)

    def actor(self, name):
        """Return who acts as this person."""
        return Actor(self.people[name], name, frozenset({"admin"}))

    def member(self, name, by="Anne Martin", **values):
        """Add a member and return the id."""
        with self.app.act("crew.add", actor=self.actor(by)) as act:
            return act.get(Members).add({"name": name, **values}).id

    def change(self, id, by="Anne Martin", **values):
        """Change a member."""
        with self.app.act("crew.change", actor=self.actor(by)) as act:
            act.get(Members).change(id, values)

    def lines(self, role="admin", lang="en", **asked):
        """Return the acts as somebody with this role reads them, newest first."""
        client = self.app.client(role)
        answer = client.get("/api/v1/audit/acts", query_string={**asked, "lang": lang})
        assert answer.status_code == 200, answer.text
        return answer.json["items"]

    def said(self, role="admin", lang="en", **asked):
        """Return only the sentences."""
        return [line["said"] for line in self.lines(role, lang, **asked)]


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
def crew(make_app):
    """An application in which people look after the members of a crew."""
    quick = {"argon2_time": 1, "argon2_memory": 64}
    config = {"audit": {"origin": "test-log"}, "securite": quick, "i18n": {"default": "en", "timezone": "Europe/Paris"}}
    return Crew(make_app("audit", "console", "securite", "i18n", config=config, plugins={"crew": crew_plugin()}))


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
