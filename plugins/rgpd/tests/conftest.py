"""A plugin with every kind of table, and an application with two people in it."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.data import Model, Record, impersonal, key, personal
from dihya_hookspecs.events import Subscription
from dihya_hookspecs.rgpd import Disclosure, Erasure
from sqlalchemy import JSON, Date, DateTime, ForeignKey, Integer, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, Session

ACCOUNT = {"purpose": "keeping accounts", "basis": "contract", "retention": "account"}
DUTY = {"purpose": "bookkeeping", "basis": "legal_obligation"}


class Person(Record, subject="id", **ACCOUNT):
    """Somebody."""

    __tablename__ = "canary_people"
    email: Mapped[str] = personal("contact.email", String(120), unique=True)
    name: Mapped[str] = personal("name", String(80))
    phone: Mapped[str | None] = personal("contact.phone_number", String(40))
    password_hash: Mapped[str] = personal("authorization.password", String(80), secret=True)


class Order(Record, subject="person_id", purpose=("selling", "la vente"), basis="contract", retention="3y"):
    """One hop from a person."""

    __tablename__ = "canary_orders"
    person_id: Mapped[uuid.UUID] = personal("unique_id", Uuid, ForeignKey("canary_people.id"))
    address: Mapped[str] = personal("contact.address", Text, label=("Address", "Adresse"))
    photo: Mapped[bytes | None] = personal("image", LargeBinary)
    article: Mapped[str] = impersonal("a price list entry", String(40))


class Line(Model, subject="order_id.person_id", purpose="selling", basis="contract", retention="3y"):
    """Two hops from a person."""

    __tablename__ = "canary_lines"
    id: Mapped[uuid.UUID] = key()
    order_id: Mapped[uuid.UUID] = impersonal("which order", Uuid, ForeignKey("canary_orders.id"))
    wish: Mapped[str] = personal("content", Text)


class Gift(Model, subject="order_id", purpose="selling", basis="contract", retention="3y"):
    """Leads to a row that leads to a person."""

    __tablename__ = "canary_gifts"
    id: Mapped[uuid.UUID] = key()
    order_id: Mapped[uuid.UUID] = impersonal("which order", Uuid, ForeignKey("canary_orders.id"))
    card: Mapped[str] = personal("content", Text)


class Message(Model, purpose="talking", basis="contract", retention="1y"):
    """About two people at once."""

    __tablename__ = "canary_messages"
    id: Mapped[uuid.UUID] = key()
    sender_id: Mapped[uuid.UUID | None] = personal(
        "unique_id", Uuid, ForeignKey("canary_people.id"), subject="sender_id"
    )
    sender_words: Mapped[str] = personal("content", Text, subject="sender_id")
    receiver_id: Mapped[uuid.UUID | None] = personal(
        "unique_id", Uuid, ForeignKey("canary_people.id"), subject="receiver_id"
    )
    receiver_nick: Mapped[str | None] = personal("name", String(80), subject="receiver_id")


class Vote(Model, subject="person_id", purpose="voting", basis="contract", retention="1y", erase="anonymise"):
    """Stays, without a name."""

    __tablename__ = "canary_votes"
    id: Mapped[uuid.UUID] = key()
    person_id: Mapped[uuid.UUID | None] = personal("unique_id", Uuid, ForeignKey("canary_people.id"))
    comment: Mapped[str] = personal("content", String(200))
    details: Mapped[dict | None] = personal("content", JSON)
    choice: Mapped[int] = impersonal("a number of the ballot", Integer)


class Invoice(Model, subject="person_id"):
    """Kept by law."""

    __tablename__ = "canary_invoices"
    id: Mapped[uuid.UUID] = key()
    person_id: Mapped[uuid.UUID] = personal(
        "unique_id", Uuid, ForeignKey("canary_people.id"), retention="10y after issued_on", **DUTY
    )
    payer: Mapped[str] = personal("name", String(80), retention="10y after issued_on", **DUTY)
    remark: Mapped[str | None] = personal("content", Text, **ACCOUNT)
    issued_on: Mapped[date] = impersonal("the year of account", Date)


class Trace(Model, purpose="seeing what happened", basis="legitimate_interest", retention="1y"):
    """Names a person by an id without a foreign key."""

    __tablename__ = "canary_traces"
    number: Mapped[int] = impersonal("order", Integer, primary_key=True)
    actor: Mapped[str] = personal("unique_id", String(60), subject="actor")
    act: Mapped[str] = personal("behavior", String(60), subject="actor")
    at: Mapped[datetime] = impersonal("when", DateTime(timezone=True))


class Badge(Model):
    """Says nothing about anybody, and goes along."""

    __tablename__ = "canary_badges"
    id: Mapped[uuid.UUID] = key()
    person_id: Mapped[uuid.UUID] = impersonal("which account", Uuid, ForeignKey("canary_people.id", ondelete="CASCADE"))


class Toys(SimpleNamespace):
    """The plugin; ``broken`` names the hooks that fail, ``fault`` is how it does, ``files`` are what it holds outside of the database."""


def toys():
    """Return a plugin whose tables are above."""
    plugin = Toys(
        __doc__="Canaries.",
        __name__="canary",
        broken=set(),
        fault=OSError("the archive is away"),
        files={},
        heard=[],
        demands=[],
    )

    @hookimpl
    def on_rgpd_export(subject, demand):
        if "export" in plugin.broken:
            raise plugin.fault
        files = plugin.files.get(subject.key, {})
        return Disclosure("archive", ({"files": len(files), "demand": demand.kind},), files) if files else []

    @hookimpl
    def on_rgpd_erase(subject, demand):
        plugin.demands.append(demand)
        if "erase" in plugin.broken:
            raise OSError("the archive is away")
        if "database" in plugin.broken:
            session = get(Session)
            session.add(Badge(person_id=uuid.uuid4()))
            session.flush()
        return Erasure("archive", removed=len(plugin.files.pop(subject.key, {})))

    @hookimpl
    def register_subscriptions():
        return Subscription("*", lambda act, event, key: plugin.heard.append(event), "canary.ear")

    for function in (on_rgpd_export, on_rgpd_erase, register_subscriptions):
        setattr(plugin, function.__name__, function)
    return plugin


_numbers = itertools.count()


def seed(session, tag):
    """Add a person with a unique value in every personal column; return their id and those values."""
    canaries = {name: f"Canary-{tag}-{name}-{next(_numbers):04d}" for name in (
        "email", "name", "phone", "password_hash", "address", "photo", "wish", "card", "words", "nick", "comment",
        "details", "payer", "remark", "act",
    )}  # fmt: skip
    canaries["email"] += "@Example.org"
    who = Person(**{name: canaries[name] for name in ("email", "name", "phone", "password_hash")})
    session.add(who)
    session.flush()
    order = Order(
        person_id=who.id, address=canaries["address"], photo=canaries["photo"].encode(), article=f"article of {tag}"
    )
    session.add(order)
    session.flush()
    session.add_all([
        Line(order_id=order.id, wish=canaries["wish"]),
        Gift(order_id=order.id, card=canaries["card"]),
        Vote(person_id=who.id, comment=canaries["comment"], details={"why": canaries["details"]}, choice=3),
        Invoice(person_id=who.id, payer=canaries["payer"], remark=canaries["remark"], issued_on=date(2026, 3, 31)),
        Trace(actor=str(who.id), act=canaries["act"], at=datetime.now(UTC)),
        Badge(person_id=who.id),
    ])  # fmt: skip
    session.flush()
    return str(who.id), canaries


@pytest.fixture
def world(make_app):
    """Two people who wrote to one another: ``app``, ``plugin``, ``tin`` and ``ada`` as (id, canaries)."""
    plugin = toys()
    app = make_app("rgpd", "console", plugins={"canary": plugin})
    with app.act("seed") as act:
        tin, ada = seed(act.session, "tin"), seed(act.session, "ada")
        act.session.add_all([
            Message(sender_id=uuid.UUID(tin[0]), sender_words=tin[1]["words"], receiver_id=uuid.UUID(ada[0]),
                    receiver_nick=ada[1]["nick"]),
            Message(sender_id=uuid.UUID(ada[0]), sender_words=ada[1]["words"], receiver_id=uuid.UUID(tin[0]),
                    receiver_nick=tin[1]["nick"]),
        ])  # fmt: skip
    return SimpleNamespace(app=app, plugin=plugin, tin=tin, ada=ada)


@pytest.fixture
def canary_plugin():
    """Return what makes the plugin."""
    return toys


@pytest.fixture
def seed_person():
    """Return what adds a person."""
    return seed


@pytest.fixture
def club(make_app):
    """An application with accounts: ``app``, and ``tin`` and ``ada`` as (id, client that is signed in)."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_securite.service import Directory

    app = make_app(
        "rgpd", "console", "routes", "i18n", "static", "securite", config={"securite": {"argon2_time": 1, "argon2_memory": 64}}
    )  # fmt: skip
    people = {}
    for name in ("tin", "ada"):
        with app.act("add", actor=OPERATOR) as act:
            person, _ = act.get(Directory).create(
                OPERATOR, f"{name}@example.org", name.title(), (), "quatre mots sans rapport"
            )
            id = str(person.id)
        people[name] = id, app.client("user", id=id, name=name.title())
    return SimpleNamespace(app=app, **people)
