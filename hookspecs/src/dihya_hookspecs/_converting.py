"""Values of one kind of field as those of another, and whether the way back gives the same value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import sqlalchemy as sa

CENTS = ("decimal", "money", "percentage")
SHAPES = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "phone": r"\+\d{6,15}",
    "url": r"https?://\S+",
    "iban": r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}",
}
_YES, _NO = ("yes", "oui", "true", "vrai", "1", "x"), ("no", "non", "false", "faux", "0", "")


@dataclass(frozen=True)
class Column:
    """A column in one version.

    Attributes:
        kind: that of the field: ``text``, ``integer``, ``money``, ``reference`` …
        length: most characters; 0 for no limit.
        filler: what a row without a value gets where the column needs one.
        values: of a choice.
        target: the table that a reference points to.
    """

    name: str
    kind: str
    length: int = 0
    nullable: bool = True
    filler: Any = None
    values: tuple[str, ...] = ()
    target: str = ""


def stored(column: Column) -> Any:
    """Return the SQLAlchemy type in which a column is stored."""
    match column.kind:
        case "long_text":
            return sa.Text()
        case "integer":
            return sa.Integer()
        case "boolean":
            return sa.Boolean()
        case "date":
            return sa.Date()
        case "datetime":
            return sa.DateTime(timezone=True)
        case "reference":
            return sa.Uuid()
    return sa.BigInteger() if column.kind in CENTS else sa.String(column.length or None)


def converted(value: Any, old: Column, new: Column, choices: Mapping[str, str]) -> tuple[Any, bool]:
    """Return a value of one column as one of another (None where it has no place), and whether it can be read back."""
    if old.kind == new.kind == "enum" or (new.kind == "enum" and value in choices):
        found = choices.get(value, value)
        return (found, found == value) if found in new.values else (None, False)
    found = _as(value, old, new)
    return found, found is not None and _as(found, new, old) == value


def encoded(value: Any) -> Any:
    """Return a stored value as JSON has it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def decoded(value: Any, column: Column) -> Any:
    """Return a value that JSON had as it is stored."""
    if value is None or not isinstance(value, str):
        return value
    match column.kind:
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "reference":
            return UUID(value)
    return value


def _as(value: Any, old: Column, new: Column) -> Any:
    if new.kind == "reference":
        return value if old.kind == "reference" and old.target == new.target else None
    if old.kind == new.kind and old.kind not in ("text", "enum"):
        return value
    with suppress(ValueError, InvalidOperation, OverflowError):
        match new.kind:
            case "integer":
                return _whole(value, old)
            case "decimal" | "money" | "percentage":
                return _cents(value, old)
            case "boolean":
                return _truth(value)
            case "date":
                return _day(value)
            case "datetime":
                return _moment(value)
            case "enum":
                return value if value in new.values else None
        return _text(value, old, new)
    return None


def _text(value: Any, old: Column, new: Column) -> str | None:
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif old.kind in CENTS:
        text = f"{Decimal(value) / 100:.2f}"
    else:
        text = str(encoded(value))
    if new.kind in SHAPES and not re.fullmatch(SHAPES[new.kind], text):
        return None
    return text[: new.length] if new.length else text


def _whole(value: Any, old: Column) -> int | None:
    if isinstance(value, str):
        value = int(Decimal(_plain(value)))
    elif old.kind in CENTS:
        value = int(value / 100)
    elif not isinstance(value, int):
        return None
    return int(value) if abs(value) < 2**31 else None


def _cents(value: Any, old: Column) -> int | None:
    if old.kind in CENTS:
        return int(value)
    if isinstance(value, str):
        value = Decimal(_plain(value))
    elif not isinstance(value, int):
        return None
    cents = int(round(value * 100))
    return cents if abs(cents) < 2**62 else None


def _truth(value: Any) -> bool | None:
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _YES else False if word in _NO else None
    return bool(value) if isinstance(value, int) else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value.strip()):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(value.strip()[:10])
    return None


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        found = datetime.fromisoformat(value.strip())
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime.combine(value, time(), UTC) if isinstance(value, date) else None


def _plain(text: str) -> str:
    return re.sub(r"[\s\u202f€$%]", "", text).replace(",", ".")
