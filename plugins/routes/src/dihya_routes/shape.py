"""How a record looks in JSON and CSV: which columns are shown, and each value in a form that any language reads."""

from __future__ import annotations

import base64
import enum
import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dihya_hookspecs.acts import current
from dihya_hookspecs.resources.columns import columns_of, secret
from dihya_hookspecs.resources.writing import utc
from dihya_hookspecs.web import Resource
from sqlalchemy import JSON, Column, LargeBinary


def columns(resource: Resource) -> dict[str, Column[Any]]:
    """Return the columns that may be shown, by name: all but those marked ``secret``, or hidden from who asks."""
    hidden = service(resource).hidden()
    found = columns_of(resource.service.model).items()
    return {name: column for name, column in found if not secret(column) and name not in hidden}


def service(resource: Resource) -> Any:
    """Return the resource's service in the act that is running."""
    return resource.service.from_container(current())


def comparable(resource: Resource) -> dict[str, Column[Any]]:
    """Return the columns by which a list can be filtered: not documents and bytes, which databases do not compare."""
    return {
        name: column for name, column in columns(resource).items() if not isinstance(column.type, JSON | LargeBinary)
    }


def record(item: object, names: Iterable[str]) -> dict[str, Any]:
    """Return these columns of a record as JSON values."""
    return {name: plain(getattr(item, name)) for name in names}


def plain(value: Any) -> Any:
    """Return *value* as JSON can say it: UTC with ``Z``, decimals and UUIDs as strings, bytes in Base64."""
    match value:
        case enum.Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return format(value, "f")
        case datetime():
            return utc(value).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            return {str(name): plain(part) for name, part in value.items()}
        case UUID():
            return str(value)
        case list() | tuple() | set() | frozenset():
            return [plain(part) for part in value]
    return str(value)


def cell(value: Any) -> Any:
    """Return a value as a table file takes it: numbers as such, documents as JSON, everything else as JSON says it."""
    if isinstance(value, int | float | Decimal):
        return value
    said = plain(value)
    return json.dumps(said, ensure_ascii=False) if isinstance(said, dict | list) else said
