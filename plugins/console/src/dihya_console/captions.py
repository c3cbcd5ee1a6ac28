"""What records are called, so that people can tell one from its neighbours: in links, pickers, titles and files."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.i18n import gettext as _

from .surroundings import formats

if TYPE_CHECKING:
    from .records import Desk

PARTS = 3
"""Of a record whose resource says nothing, this many columns make its caption."""
DEPTH = 3
"""A caption follows references this far: a prescription names its consultation, and that its patient."""
_PLACE = re.compile(r"\{(\w+)\}")


class Captions:
    """The captions of one page, each record looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}
        self._choices: dict[str, dict[str, dict[str, str]]] = {}
        self._hidden: dict[str, frozenset[str]] = {}

    def hidden(self, desk: Desk) -> frozenset[str]:
        """Return the columns of a resource that the reader does not see."""
        if desk.path not in self._hidden:
            self._hidden[desk.path] = desk.hidden()
        return self._hidden[desk.path]

    def leave_out(self, desk: Desk, name: str) -> None:
        """Name the records of a resource without this column, since the page says it beside them."""
        self._hidden[desk.path] = self.hidden(desk) | {name}

    def choices(self, desk: Desk) -> dict[str, dict[str, str]]:
        """Return what people read for the values of a resource's enumerations, by field."""
        if desk.path not in self._choices:
            self._choices[desk.path] = desk.choices()
        return self._choices[desk.path]

    def of(self, desk: Desk, record: Any, depth: int = DEPTH) -> str:
        """Return what *record* is called."""
        place = (desk.path, str(record.id))
        if place not in self._known:
            self._known[place] = self._made(desk, record, depth)
        return self._known[place]

    def by_id(self, desk: Desk, id: Any, depth: int = DEPTH) -> str:
        """Return what the record *id* is called; its identifier when it is gone."""
        if (desk.path, str(id)) not in self._known:
            self.prefetch(desk, [id], depth)
        return self._known.get((desk.path, str(id)), str(id))

    def prefetch(self, desk: Desk, ids: Iterable[Any], depth: int = DEPTH) -> None:
        """Look up the captions of several records with one statement, and with one more for each reference in them."""
        wanted = [
            each for each in dict.fromkeys(map(_identifier, ids)) if each and (desk.path, str(each)) not in self._known
        ]
        records = desk.service.some(wanted) if wanted else []
        self.prepare(desk, records, desk.caption_fields(), depth)
        for record in records:
            self.of(desk, record, depth)
        for id in wanted:  # who may not be seen is not asked for again, record by record
            self._known.setdefault((desk.path, str(id)), str(id))

    def prepare(self, desk: Desk, records: Sequence[Any], names: Iterable[str], depth: int = DEPTH) -> None:
        """Look up the captions of what *records* refer to in the fields *names*."""
        for name in names:
            if depth and (other := desk.other(name)):
                self.prefetch(other, [getattr(record, name, None) for record in records], depth - 1)

    def value(self, desk: Desk, record: Any, name: str, depth: int = DEPTH) -> str:
        """Return one value of a record as a caption says it."""
        value = None if name in self.hidden(desk) else getattr(record, name, None)
        value = value.value if isinstance(value, Enum) else value
        if value is None or value == "":
            return ""
        if name in desk.resource.references:
            other = desk.other(name)
            return self.by_id(other, value, depth - 1) if other and depth else ""
        if said := self.worded(desk, name, value):
            return said
        currency = desk.currency(name)
        return formats().money(value, currency) if currency else _said(value)

    def worded(self, desk: Desk, name: str, value: Any) -> str:
        """Return a value in the words that its resource has for it; empty where it has none."""
        if say := desk.resource.words.get(name):
            return say(value)
        if said := self.choices(desk).get(name):
            return said.get(str(value), str(value))
        return ""

    def distinct(self, desk: Desk, records: Sequence[Any]) -> list[tuple[str, str]]:
        """Return (identifier, caption) pairs in which no two captions are the same: alike ones get a column more."""
        pairs = [(record, self.of(desk, record)) for record in records]
        often = Counter(caption for _record, caption in pairs)
        return [
            (str(record.id), self._told_apart(desk, record, caption) if often[caption] > 1 else caption)
            for record, caption in pairs
        ]

    def _told_apart(self, desk: Desk, record: Any, caption: str) -> str:
        told = desk.caption_fields() if desk.resource.caption else desk.texts()[:1]
        more = [self.value(desk, record, name) for name in desk.resource.columns if name not in told]
        said = next((text for text in more if text and text != caption), str(record.id)[-8:])
        return f"{caption} ({said})"

    def _made(self, desk: Desk, record: Any, depth: int) -> str:
        if pattern := desk.resource.caption:
            values = {name: self.value(desk, record, name, depth) for name in _PLACE.findall(pattern)}
            said = _filled(pattern, values)
        elif texts := desk.texts():
            said = next((text for name in texts if (text := self.value(desk, record, name, depth))), "")
        else:
            parts = (self.value(desk, record, name, depth) for name in desk.caption_fields())
            said = " – ".join(part for part in parts if part)
        return said or _("without a name (%(id)s)", id=str(record.id)[-8:])


def fields_in(pattern: str) -> list[str]:
    """Return the fields that a caption's pattern names."""
    return _PLACE.findall(pattern)


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Return the pattern with its values; an empty value takes the text before it along."""
    pieces = _PLACE.split(pattern)  # text, field, text, field, …, text
    said, kept = "", True
    for text, name in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if name and not values[name]:
            kept = False
            continue
        if kept or (name and said):
            said += text
        said, kept = said + values.get(name, ""), True
    return said.strip(" –,:·-")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return formats().datetime(value, "short")
    if isinstance(value, dt.date):
        return formats().date(value)
    if isinstance(value, (int, float, Decimal)):
        return formats().number(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _identifier(id: Any) -> uuid.UUID | None:
    if isinstance(id, uuid.UUID) or id is None:
        return id
    try:
        return uuid.UUID(str(id))
    except ValueError:
        return None
