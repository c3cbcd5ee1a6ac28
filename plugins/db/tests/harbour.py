"""A small harbour: sailors, their boats with a value of every kind, buoys before boats, letters between sailors."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any

from dihya_hookspecs.access import Actor
from dihya_hookspecs.data import Record, Records, impersonal, personal
from dihya_hookspecs.fields import Choice, LocalDate, Money, Reference, ShortText, UTCDateTime, form_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rules import no_overlap
from dihya_hookspecs.scopes import Everything, Own
from dihya_hookspecs.web import Resource
from sqlalchemy import JSON, Enum, ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped

ADMIN = ("admin",)


def actor(role: str, id: str = "someone") -> Actor:
    """Somebody with one role."""
    return Actor(id, id, frozenset({role}))


class Size(enum.Enum):
    """How big a boat is."""

    SMALL = 1
    BIG = 2


class Sailor(Record, subject="id", purpose="sailing", basis="contract", retention="3y"):
    """Somebody who sails."""

    __tablename__ = "harbour_sailors"
    __scope__ = Own("account") | Everything(to=ADMIN)

    account: Mapped[str | None] = personal("unique_id", ShortText(64))
    name: Mapped[str] = personal("name", ShortText(80))
    email: Mapped[str | None] = personal("contact.email", ShortText(200), unique=True)
    pin: Mapped[str | None] = personal("authentication", ShortText(20), secret=True)


class Boat(Record, subject="sailor_id", purpose="sailing", basis="contract", retention="3y"):
    """A boat, with a value of every kind."""

    __tablename__ = "harbour_boats"
    __rules__ = (no_overlap("from_day", "to_day", per="berth"),)

    sailor_id: Mapped[uuid.UUID] = impersonal("whose it is", ForeignKey(Sailor.id, ondelete="CASCADE"))
    berth: Mapped[str] = impersonal("where it lies", ShortText(20))
    state: Mapped[str] = impersonal(
        "whether it is out", Choice({"in": ("In", "Au port"), "out": ("Out", "En mer")}), default="in"
    )
    from_day: Mapped[dt.date] = impersonal("since when", LocalDate())
    to_day: Mapped[dt.date | None] = impersonal("until when", LocalDate())
    fee: Mapped[Decimal | None] = impersonal("what it costs", Money("EUR"))
    seen: Mapped[dt.datetime | None] = impersonal("a moment", UTCDateTime())
    size: Mapped[Size | None] = impersonal("a size", Enum(Size, name="harbour_size"))
    facts: Mapped[dict | None] = impersonal("some words", JSON)
    photo: Mapped[bytes | None] = impersonal("a picture", LargeBinary, read_only=True)
    remark: Mapped[str | None] = personal("user.content", ShortText(80))
    double: Mapped[int | None] = impersonal("worked out", computed=text("length(berth) * 2"))


class Buoy(Record):
    """What may lie before a boat."""

    __tablename__ = "harbour_buoys"
    boat_id: Mapped[uuid.UUID | None] = impersonal("before which boat", ForeignKey(Boat.id, ondelete="SET NULL"))


class Letter(Record, subject="sender_id", purpose="writing", basis="contract", retention="3y"):
    """What one sailor writes to another."""

    __tablename__ = "harbour_letters"
    sender_id: Mapped[uuid.UUID] = impersonal("who wrote", Reference("sailors"))
    reader_id: Mapped[uuid.UUID] = impersonal("who reads", Reference("sailors"))
    words: Mapped[str] = personal("user.content", ShortText(80))
    mark: Mapped[str | None] = personal("user.content", ShortText(80), subject="reader_id")


class Sailors(Records[Sailor]):
    """The sailors."""

    model = Sailor


class Boats(Records[Boat]):
    """The boats."""

    model = Boat


class Letters(Records[Letter]):
    """The letters."""

    model = Letter


def resource(name: str, service: Any, bin: bool = True) -> Resource:
    """What people work with; everybody may."""
    title = Text(name.title(), name.title())
    form = form_of(service.model)
    return Resource(name, service, form, title, title, "harbour:read", "harbour:write", (), bin=bin)
