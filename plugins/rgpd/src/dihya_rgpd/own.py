"""One's own data, for whoever is signed in: where it lies, what one asks about it, and what became of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import Flaw, Invalid, NotFound, Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.naming import Accounts
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import Select, func, select

from . import wording
from .models import CLOSED, RIGHTS, Request, Requests
from .outcome import Place
from .planning import rows_about

if TYPE_CHECKING:
    from .service import DataSubjects

MOST = 10
"""Requests of one account that may wait for an answer at once."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table with rows about the reader, in their language.

    Attributes:
        rows: how many are about them.
    """

    name: str
    title: str
    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    bases: tuple[str, ...]
    retentions: tuple[str, ...]
    rows: int


class OwnRequests(Requests):
    """The requests that the actor has sent from their account; there are no others here."""

    def visible(self, model: Any, select: Select[Any]) -> Select[Any]:
        """Return *select*, narrowed to the actor's own."""
        return select.where(model.account == demand_person().id)

    def permitted(self, action: str, record: Request) -> None:
        """Raise NotFound for somebody else's."""
        if record.account != demand_person().id:
            raise self._missing(record.id)


class OwnData:
    """What is held under the account of whoever acts. Raises Refused (401, 403) for who is no person with an account.

    Args:
        desk: the desk of the act that is running.

    Attributes:
        subject: the account.
    """

    def __init__(self, desk: DataSubjects) -> None:
        self._desk, self._actor = desk, demand_person()
        self.subject = desk.subject(_table(), self._actor.id)
        self.requests = OwnRequests(desk.session)

    def subjects(self) -> list[Subject]:
        """Return the account and the requests that were sent from it: all that a download is about."""
        return [self.subject, *(self._desk.subject(Request.__tablename__, str(one.id)) for one in self.sent())]

    def places(self) -> list[Place]:
        """Return where data about the actor lies, and how many rows."""
        return self._desk.places(self.subjects())

    def sent(self) -> Sequence[Request]:
        """Return the actor's requests, the newest first."""
        newest = (Request.received_on.desc(), Request.created_at.desc())
        return self._desk.session.scalars(self.requests.visible(Request, select(Request)).order_by(*newest)).all()

    def waiting(self) -> int:
        """Return how many of the actor's requests are not closed."""
        open_ones = select(func.count()).select_from(Request).where(Request.state.not_in(CLOSED))
        return self._desk.session.scalar(self.requests.visible(Request, open_ones)) or 0

    def ask(self, asks: str, wish: str) -> Request:
        """Send a request in the name of the account; it stands among all requests, with its clock.

        Args:
            asks: one of ``RIGHTS``.
            wish: the person's own words; may be empty.

        Raises:
            Invalid: no such right, words that are too long, or (409) too many requests that wait already.
        """
        if asks not in RIGHTS:
            raise Invalid("no right of this name; choose one of the list", flaws=[Flaw("/asks", "is no right")])
        if self.waiting() >= MOST:
            raise Invalid(
                _("%(number)s of your requests wait for an answer already; the next can be sent after one of them", number=MOST),
                code="requests-wait", status=409,
            )  # fmt: skip
        name = get(Accounts).names([self._actor.id]).get(self._actor.id) or self._actor.name
        return self.requests.add(
            {
                "who": name[:120], "email": self._address(), "account": self._actor.id, "asks": asks,
                "wish": wish.strip() or None, "identity": "known",
            }
        )  # fmt: skip

    def _address(self) -> str | None:
        """Return the e-mail address that the row of the account holds."""
        there = {self.subject.table: [self.subject.key]}
        rows = rows_about(self._desk.session, self._desk.annotations, there, {self.subject.table})
        for fate in rows.get(self.subject.table, {}).values():
            for column in (column for group in fate.groups for column in group.columns):
                if column.info["rgpd"].category == "contact.email":
                    return fate.row[column.key] or None
        return None


def tables_of(places: Iterable[Place]) -> list[OwnTable]:
    """Return the tables of *places* in words, each with what its columns say, once."""
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(place.table, []).append(place)
    return sorted((_told(name, some) for name, some in found.items()), key=lambda table: table.title)


def demand_person() -> Actor:
    """Return who acts. Raises Refused where that is nobody (401), or a program (403): data go to the person alone."""
    actor = current().actor
    if actor is None or actor.kind not in ("person", "key"):
        raise Refused("only people have data of their own; sign in", code="sign-in", status=401)
    if actor.kind == "key":
        raise Refused(_("a key does not reach the data of its owner; sign in with the password"), code="person-needed")
    return actor


def account_named(id: str | None) -> str:
    """Return the name of an account, as far as the reader may know it; empty where there is none."""
    if not id:
        return ""
    known = get(Accounts).names([id]) if get(Plugins).provides(Accounts) else {}
    return known.get(id) or _("an account")


def _table() -> str:
    """Return the table of the accounts. Raises NotFound where there are none."""
    if not get(Plugins).provides(Accounts):
        raise NotFound("this application has no accounts; whoever answers for the data gives access to it")
    return get(Accounts).table


def _told(name: str, places: Sequence[Place]) -> OwnTable:
    words = [wording.words_of(place) for place in places]
    return OwnTable(
        name, str(words[0].table),
        tuple(dict.fromkeys(str(one.category) for one in words)),
        tuple(dict.fromkeys(place.purpose for place in places)),
        tuple(dict.fromkeys(str(wording.basis(place.basis)) for place in places)),
        tuple(dict.fromkeys(str(one.kept) for one in words)),
        max(place.rows for place in places),
    )  # fmt: skip
