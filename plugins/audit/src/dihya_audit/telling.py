"""The log in sentences: who did what to whom, in the reader's language. Names are looked up when they are shown."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dihya_hookspecs.access import OPERATOR, SYSTEM
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.audit import AuditEvent
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.naming import Accounts, RecordName, RecordNames
from markupsafe import Markup, escape

from .wording import ROW, Wording

_PLACE = re.compile(r"\{(who|what)\}")
SHORT = 8
"""Of an identifier that has no name, this many characters are shown; the details have all of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a sentence.

    Attributes:
        words: the sentence, with ``{who}`` and ``{what}`` in it.
        who, what: whom and what it names, and *path*, *history* of the record, empty where there is nothing to open.
        actor: the id by which others of the same person are found; empty for nobody in particular.
        plain: False for an event that only says which page or command it was; others say more.
    """

    words: str
    who: str
    what: str
    actor: str = ""
    path: str = ""
    history: str = ""
    plain: bool = True

    @property
    def text(self) -> str:
        """The sentence as text."""
        return _capital(self._filled(self.who, self.what))

    def html(self, person: str, root: str) -> Markup:
        """Return the sentence with links: to what else that person did, and to the record.

        Args:
            person: the address of the log narrowed to this actor; empty for none.
            root: what every address begins with.
        """
        first = _PLACE.match(self.words)
        who, what = (_capital(text) if first and first[1] == name else text for name, text in
                     (("who", self.who), ("what", self.what)))  # fmt: skip
        words = str(escape(self.words if first else _capital(self.words)))
        linked = _link(person if self.actor else "", who), _link(f"{root}{self.path}" if self.path else "", what)
        return Markup(self._filled(*linked, words))  # noqa: S704 - each part is escaped

    def _filled(self, who: str, what: str, words: str = "") -> str:
        return _PLACE.sub(lambda place: {"who": who, "what": what}[place[1]], words or self.words)


class Teller:
    """Tells events, after looking up every name in them with a few statements."""

    def __init__(self, events: Iterable[AuditEvent]) -> None:
        self.wording = Wording()
        held, plugins = list(events), get(Plugins)
        self._people: Mapping[str, str] = {}
        self._records: Mapping[tuple[str, str], RecordName] = {}
        objects = [_object(event) for event in held]
        self._accounts = get(Accounts).table if plugins.provides(Accounts) else ""
        if self._accounts:
            keys = [key for table, key in objects if table == self._accounts]
            self._people = get(Accounts).names({*(event.actor for event in held if event.actor), *keys})
        if plugins.provides(RecordNames):
            self._records = get(RecordNames).of((table, key) for table, key in objects if key)

    def person(self, id: str | None) -> str:
        """Return who an actor is: a name, or what stands for one."""
        if not id:
            return _("somebody unknown")
        if id == SYSTEM.id:
            return _("the application")
        if id == OPERATOR.id:
            return _("the operator of the server")
        if id in self._people:
            return self._people[id] or _("a person who was erased")
        return _("somebody (%(id)s)", id=_short(id)) if _is_key(id) else id

    def tell(self, event: AuditEvent) -> Told:
        """Return an event as a sentence."""
        table, key = _object(event)
        name = self._records.get((table, key), RecordName(""))
        words, what, plain = self._said(event, table, key, name)
        actor = event.actor or ""
        return Told(words, self.person(event.actor), what, actor, name.path, name.history, plain)

    def main(self, told: Sequence[tuple[AuditEvent, Told]], object: str = "") -> int:
        """Return which of an act's events says best what the act was: the index of it.

        Args:
            object: the record that the reader asks about; what happened to it comes first.
        """
        about = [number for number, (event, _told) in enumerate(told) if object and event.object == object]
        rows = [number for number, (event, _told) in enumerate(told) if event.action in ROW]
        shown = [number for number in rows if _object(told[number][0])[0] in self.wording.resources]
        deeds = [n for n, (event, one) in enumerate(told) if one.plain and event.action not in ROW]
        return (about[:1] or deeds[-1:] or shown[:1] or rows[:1] or [len(told) - 1])[0]

    def _said(self, event: AuditEvent, table: str, key: str, name: RecordName) -> tuple[str, str, bool]:
        """Return the words for an event, what it is about, and whether they are plain ones."""
        wording, what = self.wording, self._named(table, key, name)
        if event.action in ROW and key:
            return self._row(event, table, name), what, True
        if event.action in wording.actions:
            return str(wording.actions[event.action]), what, True
        if deed := wording.deed(event.action, table):
            return _("{who}: %(deed)s – {what}", deed=deed), what, True
        plugin, _dot, act = event.action.rpartition(".")
        if act in ("exported", "imported") and table in wording.resources:
            taken = _("{who} took the list {what} along"), _("{who} brought a file into the list {what}")
            return taken[act == "imported"], what, True
        if act == "opened" and key and table in wording.resources:
            return self._opened(table, name), what, True
        if right := wording.right(event.action):
            return _("{who}: %(right)s", right=right), what, False
        return _("{who} in “%(plugin)s”: %(act)s", plugin=wording.plugin(event.plugin), act=event.action), what, False

    def _opened(self, table: str, name: RecordName) -> str:
        if self._says_itself(table, name):
            return _("{who} opened {what}")
        return _("{who} opened the %(kind)s {what}", kind=self.wording.kind(table))

    def _row(self, event: AuditEvent, table: str, name: RecordName) -> str:
        fields = ", ".join(self.wording.fields(event, table)) if event.action == "update" else ""
        kind = self.wording.kind(table)
        if self._says_itself(table, name):
            said = {"insert": _("{who} added {what}"), "delete": _("{who} deleted {what}"),
                    "update": _("{who} changed {what}: %(fields)s", fields=fields) if fields else _("{who} changed {what}")}  # fmt: skip
        else:
            said = {
                "insert": _("{who} added the %(kind)s {what}", kind=kind),
                "delete": _("{who} deleted the %(kind)s {what}", kind=kind),
                "update": _("{who} changed the %(kind)s {what}: %(fields)s", kind=kind, fields=fields)
                if fields
                else _("{who} changed the %(kind)s {what}", kind=kind),
            }
        return said[event.action]

    def _says_itself(self, table: str, name: RecordName) -> bool:
        """Whether a name needs no word before it that says what it is: people, and those who were erased."""
        return table == self._accounts or (name.gone and self.wording.is_person(table))

    def _named(self, table: str, key: str, name: RecordName) -> str:
        if table and table == self._accounts:
            return self.person(key)
        if name.name:
            return name.name
        if name.gone and self.wording.is_person(table):
            return _("a person who was erased")
        if table in self.wording.resources and not key:
            return str(self.wording.resources[table][1].title)
        if table == "plugin":
            return self.wording.plugin(key)
        return _short(key or table) or "–"


def _object(event: AuditEvent) -> tuple[str, str]:
    table, _colon, key = (event.object or "").partition(":")
    return table, key


def _short(text: str) -> str:
    return f"…{text[-SHORT:]}" if _is_key(text) else text


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _link(url: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, text) if url else escape(text)
