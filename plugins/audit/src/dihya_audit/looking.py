"""What somebody sees who looks into the log: what was asked, the acts that fit, in sentences, and how the log is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dihya_hookspecs import DihyaError, Flaw, Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.audit import AuditEvent, Entry
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.naming import Accounts
from dihya_hookspecs.ui import Formats

from .envelope import unseal
from .note import Checkpoint
from .reading import Asked, ShownAct, acts, newest_checkpoint
from .telling import Teller, Told

if TYPE_CHECKING:
    from .continuation import Continuation
    from .service import Log

OUTCOMES = ("done", "refused", "failed")


class ToldEntry(NamedTuple):
    """An entry as a sentence, and whether the newest checkpoint proves it."""

    entry: Entry
    told: Told
    proven: bool


class Line(NamedTuple):
    """One act as people read it: the sentence that says best what it was, and its entries.

    Attributes:
        more: how many further changes it made.
        outcome: the worst of its entries.
        proven: whether all entries that are shown are.
    """

    act: str
    at: str
    told: Told
    more: int
    outcome: str
    plugin: str
    count: int
    proven: bool
    entries: Sequence[ToldEntry]


@dataclass(frozen=True, slots=True)
class Look:
    """One page of the log.

    Attributes:
        given: what was asked, as it was typed, for the form and for links.
        flaw: what is wrong with the log; empty while it verifies.
        only: what the page is narrowed to, for what no field of the form says.
    """

    given: Mapping[str, str]
    lines: Sequence[Line]
    next: int | None
    flaw: str
    checkpoint: Checkpoint | None
    continuations: Sequence[Continuation]
    plugins: Sequence[tuple[str, str]]
    actions: Sequence[tuple[str, str]]
    only: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for."""
        return any(self.given.values())

    def link(self, **changes: Any) -> str:
        """Return the query string of this page with other arguments; empty ones are left out."""
        said = {key: value for key, value in {**self.given, **changes}.items() if value not in ("", None)}
        return f"?{urlencode(said)}" if said else "?"


FIELDS = ("q", "act", "person", "plugin", "action", "outcome", "object", "from", "to")


def looked(log: Log, arguments: Mapping[str, str], before: int | None) -> Look:
    """Return the page of the log that was asked for. Raises Invalid for what cannot be asked."""
    log.catch_up()
    given = {name: arguments.get(name, "").strip() for name in FIELDS}
    flaw, report = "", None
    try:
        report = log.standing()
    except DihyaError as error:
        flaw = error.message
    try:
        verifier = log.signer.verifier
    except DihyaError:
        verifier = None
    with log.engine.connect() as connection:
        checkpoint = newest_checkpoint(connection, verifier) if verifier else None
        found, following = acts(connection, asked(given), verifier, before)
    read = {act.id: [_read(row) for row in act.entries] for act in found}
    teller = Teller(entry.event for entries in read.values() for entry in entries)
    lines = [_line(act, read[act.id], teller, given["object"]) for act in found]
    continuations = tuple(report.continuations) if report else ()
    return Look(
        given, lines, following, flaw, checkpoint, continuations, plugins(teller), list(actions(teller)),
        about(teller, given["object"]),
    )  # fmt: skip


def asked(given: Mapping[str, str]) -> Asked:
    """Return what was typed as a question to the log. Raises Invalid for what is no day or no outcome."""
    if given["outcome"] and given["outcome"] not in OUTCOMES:
        raise _wrong("outcome", _("must be one of %(names)s", names=", ".join(OUTCOMES)))
    people = None
    if person := given["person"]:
        known = get(Accounts).find(person) if get(Plugins).provides(Accounts) else ()
        people = (person, *known)
    last = _day(given, "to")
    return Asked(
        given["q"], given["act"], people, given["plugin"], given["action"], given["outcome"], given["object"],
        _moment(_day(given, "from")), _moment(last and last + dt.timedelta(days=1)),
    )  # fmt: skip


def plugins(teller: Teller) -> list[tuple[str, str]]:
    """Return the plugins that an act can be of, by their titles."""
    names = {info.name for info in get(Plugins).all() if info.state == "active"} | {"core"}
    return sorted(((name, teller.wording.plugin(name)) for name in names), key=lambda each: each[1].casefold())


def actions(teller: Teller) -> Iterator[tuple[str, str]]:
    """Yield what can be asked for by what was done: the three kinds of change, then what plugins record."""
    yield from (
        ("insert", _("something added")),
        ("update", _("something changed")),
        ("delete", _("something deleted")),
    )
    said = [(name, Told(str(words), "…", "…").text) for name, words in teller.wording.actions.items()]
    yield from sorted(said, key=lambda each: each[1].casefold())


def about(teller: Teller, object: str) -> str:
    """Return what a record is called to which the page is narrowed; empty where it is not."""
    if not object:
        return ""
    event = AuditEvent("", "", None, "", object, "done", "")
    return Teller([event]).tell(event).what


def _line(act: ShownAct, entries: Sequence[Entry], teller: Teller, object: str) -> Line:
    told = [(entry.event, teller.tell(entry.event)) for entry in entries]
    main = teller.main(told, object)
    outcomes = [event.outcome for event, _told in told]
    hidden = sum(not one.plain for _event, one in told)
    shown = tuple(
        ToldEntry(entry, one, entry.index in act.proven) for entry, (_event, one) in zip(entries, told, strict=True)
    )
    first = told[main][0]
    more = max(act.count - hidden - 1, 0) if told[main][1].plain else 0
    return Line(
        act.id, first.at, told[main][1], more, next(each for each in reversed(OUTCOMES) if each in outcomes),
        teller.wording.plugin(first.plugin), act.count, all(each.proven for each in shown), shown,
    )  # fmt: skip


def _read(row: Any) -> Entry:
    try:
        event = unseal(row.envelope)
    except (ValueError, TypeError):  # An altered envelope must not hide the others; verify names it.
        event = AuditEvent(row.at, row.act, row.actor, row.action, row.object, row.outcome, row.plugin, {})
    return Entry(row.position, bytes(row.leaf).hex(), event)


def _day(given: Mapping[str, str], name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given[name]) if given[name] else None
    except ValueError:
        raise _wrong(name, _("must be a day, such as 2026-11-26")) from None


def _moment(day: dt.date | None) -> str:
    """Return the moment at which a day of the reader begins, as the log writes moments; empty for none."""
    if day is None:
        return ""
    zone = get(Formats).timezone() if get(Plugins).provides(Formats) else "UTC"
    begins = dt.datetime.combine(day, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC)
    return begins.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _wrong(name: str, detail: str) -> Invalid:
    return Invalid(f"{name}: {detail}", flaws=[Flaw(f"/{name}", detail, "query")])
