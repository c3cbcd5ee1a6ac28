"""What stands in inputs: from what was sent to values, with a sentence for each that is wrong, and from values to inputs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from dihya_hookspecs.fields import in_utc
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.sentences import complaint
from pydantic import BaseModel, TypeAdapter, ValidationError

from .forms import Field
from .surroundings import formats

EMPTY: Mapping[str, Any] = MappingProxyType({})


def parse(
    model: type[BaseModel], fields: list[Field], sent: Mapping[str, str], zone: str, kept: Mapping[str, Any] = EMPTY
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values for the service, and what is wrong with each field that is.

    Args:
        kept: what the record says in fields that the form does not have; rules across fields look at it.
    """
    raw = dict(kept) | {field.name: value for field in fields if (value := _sent(field, sent, zone)) is not _ABSENT}
    aliased = {(model.model_fields[name].alias or name): value for name, value in raw.items()}
    try:
        found = model.model_validate(aliased)
    except ValidationError as error:
        names = {info.alias or name: name for name, info in model.model_fields.items()}
        faults: dict[str, str] = {}
        for item in error.errors():
            where = str(item["loc"][0]) if item["loc"] else ""
            faults.setdefault(names.get(where, where), explain(item))
        return {}, faults
    return {name: _stored(getattr(found, name)) for name in model.model_fields if name not in kept}, {}


def alone(
    model: type[BaseModel], fields: list[Field], sent: Mapping[str, str], zone: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of some fields of a form, each looked at by itself, and what is wrong with each that is."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields:
        value = _sent(field, sent, zone)
        if value is _ABSENT:
            faults[field.name] = str(SENTENCES["missing"])
            continue
        try:
            values[field.name] = _stored(_adapter(model, field.name).validate_python(value))
        except ValidationError as error:
            faults[field.name] = explain(error.errors()[0])
    return values, faults


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    kind: Any = info.annotation
    return TypeAdapter(Annotated[kind, *info.metadata] if info.metadata else kind)


_ABSENT = object()


def _sent(field: Field, sent: Mapping[str, str], zone: str) -> Any:
    if field.kind == "checkbox":
        return field.name in sent
    value = sent.get(field.name, "").replace("\r\n", "\n")
    if not value.strip():
        return None if field.nullable else "" if not field.required and isinstance(field.default, str) else _ABSENT
    if field.kind == "datetime-local":
        return _in_zone(value, zone)
    return _number(value) if field.kind == "number" else value


def _number(value: str) -> str:
    """Return a number as programs write it: ``1 234,50`` is ``1234.50``; one with comma and point stays, and is refused."""
    bare = "".join(value.replace("\u202f", " ").split())
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def _in_zone(value: str, zone: str) -> Any:
    """A local time becomes an instant; what is no time stays, and the model refuses it."""
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)


def _stored(value: Any) -> Any:
    """Return a value as tables keep it: enums by value, addresses as text."""
    if isinstance(value, Enum):
        return value.value
    if type(value).__module__.startswith("pydantic"):
        return str(value)
    return value


def shown(field: Field, value: Any, zone: str) -> str:
    """Return a value as the input wants it."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, dt.datetime):
        value = in_utc(value).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return value.isoformat(timespec="minutes")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def zone() -> str:
    """The time zone in which people read and write times; UTC where no plugin says otherwise."""
    return formats().timezone()


def local(value: dt.datetime) -> dt.datetime:
    """Return an instant as people here read it, without a zone; one without a zone is UTC, as tables keep it."""
    return in_utc(value).astimezone(ZoneInfo(zone())).replace(tzinfo=None)


SENTENCES: dict[str, Text] = {
    "missing": Text("Enter a value.", "Indiquez une valeur."),
    "string_pattern_mismatch": Text(
        "This value does not have the expected form.", "Cette valeur n’a pas la forme attendue."
    ),
    "datetime": Text("Enter a date and a time.", "Indiquez une date et une heure."),
    "date": Text("Enter a date.", "Indiquez une date."),
    "literal": Text("Choose one of the values offered.", "Choisissez l’une des valeurs proposées."),
    "enum": Text("Choose one of the values offered.", "Choisissez l’une des valeurs proposées."),
    "uuid": Text("Choose a record.", "Choisissez une fiche."),
}
"""What is said otherwise where an input offers the values: programs hear of formats, people of what they see."""


def explain(item: Mapping[str, Any]) -> str:
    """Return one error of pydantic as a sentence: the rule's own one, where a model wrote it, otherwise the catalogue's."""
    kind = str(item["type"])
    if kind in ("value_error", "assertion_error"):
        return _(str((item.get("ctx") or {}).get("error", item["msg"])).strip())
    if sentence := SENTENCES.get(kind) or SENTENCES.get(kind.partition("_")[0]):
        return str(sentence)
    said = complaint(item)
    return f"{said[:1].upper()}{said[1:]}."
