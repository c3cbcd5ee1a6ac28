"""What somebody enters into the fields of a resource, and what they enter instead when it is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dihya_hookspecs.fields import Field, fields_of
from dihya_hookspecs.web import Resource

from ..exploits.sowing import Row, sendable, token, value_of

ATTEMPTS = 12
"""How often somebody corrects what they entered before they give up."""
Refusal = Mapping[str, str]
"""Field → sentence; an empty field where a sentence belongs to none."""


class Filling:
    """Values for the form of a resource; ``correct`` takes what was refused and enters something else.

    Attributes:
        values: field → value, as JSON has it.
        word: stands in a text that a search may find.
    """

    def __init__(self, resource: Resource, rows: Iterable[Row]) -> None:
        self.resource, self.rows = resource, list(rows)
        self.model = resource.service.model
        self.word = token()
        self.fields = {
            name: field for name, field in fields_of(self.model).items() if name in resource.form.model_fields
        }
        self._tried = dict.fromkeys(self.fields, 0)
        self.values = {name: self._candidates(field)[0] for name, field in self.fields.items()}

    def correct(self, refusal: Refusal) -> bool:
        """Enter something else into the fields that were refused; False where nothing is left to try."""
        changed = False
        for name in [name for name in refusal if name in self.fields] or list(self.fields):
            candidates = self._candidates(self.fields[name])
            self._tried[name] += 1
            if self._tried[name] < len(candidates):
                self.values[name], changed = candidates[self._tried[name]], True
        return changed

    def texts(self) -> list[str]:
        """Return the fields that hold free words, the searched ones first."""
        found = [name for name, field in self.fields.items() if field.kind in ("text", "long_text")]
        return sorted(found, key=lambda name: name not in self.resource.service.search)

    def wrong(self) -> tuple[str, Any] | None:
        """Return a field and a value that its form must refuse, None where every value is right."""
        for name, field in self.fields.items():
            if (value := _wrong(field)) is not None:
                return name, value
        return None

    def _candidates(self, field: Field) -> list[Any]:
        """Return values for one field, the likeliest first; an optional one may be left empty at last."""
        column = self.model.__table__.columns[field.name]
        low, high = field.limits.min, field.limits.max
        empty = [] if field.required else [None]
        match field.kind:
            case "reference":
                return [row.id for row in self.rows if column.references(_key(row, self.model))] + empty
            case "enum":
                return [*(field.choices or getattr(column.type, "enums", ())), *empty]
            case "boolean":
                return [False, True]
            case "date":
                return [(dt.date(2031, 6, 1) + dt.timedelta(days)).isoformat() for days in (0, 400, -9000)] + empty
            case "datetime":
                start = dt.datetime(2031, 6, 1, 9, 0, tzinfo=dt.UTC)
                return [(start + dt.timedelta(days)).isoformat() for days in (0, 400, -9000)] + empty
            case "integer" | "decimal" | "money" | "percentage" | "number":
                some = [
                    sendable(value_of(field, column, "")),
                    *(sendable(each) for each in (low, high) if each is not None),
                ]
                return [*dict.fromkeys(some), *empty]
        return [sendable(value_of(field, column, word)) for word in (self.word, token())] + empty


def _key(row: Row, model: Any) -> Any:
    return model.metadata.tables[row.table].columns["id"]


def _wrong(field: Field) -> Any:
    match field.kind:
        case "text" | "long_text":
            return "x" * (int(field.limits.max or 10_000) + 1) if (field.limits.max or 0) <= 10_000 else None
        case "integer" | "decimal" | "money" | "percentage":
            return "a few"
        case "email" | "phone" | "iban" | "colour":
            return "none of these"
        case "url":
            return "javascript:alert(1)"
        case "enum":
            return "neither"
        case "date" | "datetime":
            return "the day after"
    return None


def persuaded(filling: Filling, enter: Callable[[Mapping[str, Any]], Refusal | None]) -> Refusal | None:
    """Enter values until they are taken, correcting what is refused; return the last refusal, None where they were taken."""
    refusal: Refusal | None = None
    for _ in range(ATTEMPTS):
        refusal = enter(filling.values)
        if refusal is None or not filling.correct(refusal):
            return refusal
    return refusal
