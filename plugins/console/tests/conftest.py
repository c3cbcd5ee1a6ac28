"""A small plugin with two resources, as an author would write it."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import Flaw, Invalid, hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import Record, Records, action, impersonal, personal
from dihya_hookspecs.fields import Money
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.rules import unique_together
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped


class Member(Record, subject="id", purpose="membership", basis="contract", retention="3y"):
    """Somebody who belongs to the association."""

    __tablename__ = "demo_members"
    name: Mapped[str] = personal("name", String(80))
    email: Mapped[str | None] = personal("contact.email", String(200), unique=True)
    plan: Mapped[str] = impersonal("a price list entry", String(20))
    joined: Mapped[dt.date | None] = impersonal("a date of joining")
    active: Mapped[bool] = impersonal("a state")
    note: Mapped[str] = personal("notes", LongText)


class Fee(Record, subject="member_id", purpose="membership", basis="contract", retention="3y"):
    """What a member owes or paid."""

    __tablename__ = "demo_fees"
    __rules__ = (unique_together("label", "member_id"),)
    label: Mapped[str] = impersonal("a description", String(80))
    member_id: Mapped[uuid.UUID] = impersonal("leads to the member", ForeignKey("demo_members.id"))
    amount: Mapped[Decimal] = personal("payment", Money())
    due: Mapped[dt.datetime | None] = impersonal("a time")


class Members(Records[Member]):
    """The members."""

    model = Member
    search = ("name", "email")
    order = "name"

    def check(self, record: Member) -> None:
        """Nobody is called Nobody."""
        if record.name == "Nobody":
            raise Invalid("a name is needed", flaws=[Flaw("/name", "a real name is needed")])
        if record.name == "Anybody":
            raise Invalid("anybody is too many")

    @action("retire", ("Retire", "Retirer"), confirm=("Retire these members?", "Retirer ces adhérents ?"), many=True)
    def retire(self, record: Member) -> None:
        """A member who has left is no longer active."""
        if not record.active:
            raise Invalid("this member has left already")
        record.active = False

    @action("greet", ("Greet", "Saluer"), permission="demo:read")
    def greet(self, record: Member) -> None:
        """A greeting stands in the note."""
        record.note = "hello"


class Fees(Records[Fee]):
    """The fees."""

    model = Fee
    search = ("label",)


class Plan(enum.Enum):
    """What a member pays for."""

    FULL = "full"
    REDUCED = "reduced"


class MemberForm(BaseModel):
    """What may be written of a member."""

    name: str = Field(
        min_length=2, max_length=80, json_schema_extra={"hint": {"en": "As on the card.", "fr": "Comme sur la carte."}}
    )
    email: str | None = Field(None, pattern=r"^[^@ ]+@[^@ ]+$", json_schema_extra={"format": "email"})
    plan: Plan = Field(
        Plan.FULL,
        json_schema_extra={
            "captions": {
                "full": {"en": "Full fee", "fr": "Plein tarif"},
                "reduced": {"en": "Reduced", "fr": "Tarif réduit"},
            }
        },
    )
    joined: dt.date | None = None
    active: bool = True
    note: str = Field("", max_length=2000, json_schema_extra={"multiline": True})


class FeeForm(BaseModel):
    """What may be written of a fee."""

    label: str = Field(max_length=80)
    member_id: uuid.UUID
    amount: Decimal = Field(ge=0, le=9999, decimal_places=2)
    due: dt.datetime | None = None


MEMBERS = Resource(
    "members", Members, MemberForm, Text("Members", "Adhérents"), Text("member", "adhérent"), "demo:read", "demo:write",
    ("name", "email", "plan", "joined", "active"),
    {"name": Text("Name", "Nom"), "email": Text("E-mail", "Courriel"), "plan": Text("Fee", "Tarif"),
     "joined": Text("Member since", "Adhérent depuis"), "active": Text("Active", "Actif"), "note": Text("Note", "Note")},
)  # fmt: skip
FEES = Resource(
    "fees", Fees, FeeForm, Text("Fees", "Cotisations"), Text("fee", "cotisation"), "demo:read", "demo:write",
    ("label", "member_id", "amount", "due"), {"member_id": Text("Member", "Adhérent")}, {"member_id": "members"},
    totals=("amount",),
)  # fmt: skip


class Demo(SimpleNamespace):
    """A plugin in memory."""

    __name__ = "dihya_demo"

    @staticmethod
    @hookimpl
    def register_permissions() -> list[Permission]:
        """Reading for users, writing for administrators."""
        return [
            Permission("demo:read", Text("see", "voir"), ("admin", "user")),
            Permission("demo:write", Text("change", "modifier"), ("admin",)),
        ]

    @staticmethod
    @hookimpl
    def register_resources() -> list[Resource]:
        """Two tables that refer to each other."""
        return [MEMBERS, FEES]

    @staticmethod
    @hookimpl
    def register_health_checks() -> list[HealthCheck]:
        """One that works, one that is impaired."""

        def broken() -> str:
            raise ConnectionError("no answer from the printer")

        return [HealthCheck("desk", lambda: "the desk is tidy"), HealthCheck("printer", broken, critical=False)]


@pytest.fixture
def demo() -> Any:
    """The plugin."""
    return Demo()


@pytest.fixture
def app(make_app: Any, demo: Any) -> Any:
    """An application with console, languages, design and the demo plugin."""
    return make_app("console", "i18n", "plugins", "static", plugins={"demo": demo})


class Pretended:
    """A service that takes notes, in the place of the core's."""

    def __init__(self, **said: Any) -> None:
        self.begun: list[tuple[str, str]] = []
        self.__dict__.update(said)

    def removable(self, name: str) -> None:
        """Everything may go."""

    def begin(self, change: str, name: str, arrival: str = "") -> None:
        """Take note."""
        self.begun.append((change, name))


@pytest.fixture
def pretend(app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that replaces methods of the core's service."""

    def replace(**methods: Any) -> Pretended:
        noted = Pretended()
        given = {"removable": lambda name: None, "begin": noted.begin} | methods
        for name, value in given.items():
            answer = value if callable(value) else lambda *a, value=value: value
            monkeypatch.setattr(f"dihya_plugins.installer.Installer.{name}", _method(answer))
        return noted

    return replace


def _method(answer: Any) -> Any:
    return lambda self, *arguments, **named: answer(*arguments, **named)
