"""From what was sent to values that fit the table, or to a list of everything that is wrong with them."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError
from sqlalchemy import JSON, Column, String
from sqlalchemy import Enum as EnumType

from .. import Flaw, Invalid
from ..i18n import Text
from . import sentences
from .fitting import misfits

OWN = ("id", "version", "created_at", "changed_at")
"""Columns of every Record that the application writes itself."""
_M = TypeVar("_M", bound=BaseModel)
_RULES = Text(
    "the body breaks the rules of this form; see errors",
    "le contenu enfreint les règles de ce formulaire ; voyez les erreurs",
)
_MISFIT = Text(
    "the body holds values that cannot be stored; see errors",
    "le contenu comporte des valeurs impossibles à enregistrer ; voyez les erreurs",
)
_RANGE = Text("a value is out of range", "une valeur est hors limites")


def validated(form: type[_M], data: Any) -> _M:
    """Return *data* as a *form*. Raises Invalid with a flaw for each mistake, at its JSON pointer; no input is quoted."""
    try:
        return form.model_validate(data)
    except ValidationError as error:
        found = sentences.flaws(error.errors(include_url=False, include_input=False))
        raise Invalid(str(_RULES), flaws=found) from None
    except (OverflowError, RecursionError):
        raise Invalid(str(_RANGE)) from None


def form_of_body(form: type[_M], data: Mapping[str, Any]) -> _M:
    """Return a JSON object as a *form*. Raises Invalid, for fields that the form does not have too."""
    return cast(_M, _checked(form, data, data))


def known(data: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """Return *data*. Raises Invalid when it names a hidden field, whose value trying would find out otherwise."""
    if named := [name for name in data if name in hidden]:
        raise Invalid(str(_RULES), flaws=[_unknown(name) for name in named])
    return data


def whole(form: type[BaseModel], columns: Mapping[str, Column[Any]], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the column values of a new record. Raises Invalid with one flaw for each thing that is wrong."""
    return _values(columns, _checked(form, data, data))


def merged(
    form: type[BaseModel], columns: Mapping[str, Column[Any]], record: object, patch: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the column values that *patch* (RFC 7396) changes, once record and patch together fit the form.

    Raises:
        Invalid: with one flaw for each thing that is wrong, rules across fields included.
    """
    now = {name: _current(getattr(record, name)) for name in form.model_fields}
    data = {**now, **{name: _patched(now.get(name), value) for name, value in patch.items()}}
    values = _values(columns, _checked(form, data, patch))
    return {name: value for name, value in values.items() if name not in now or value != now[name]}


def _current(value: Any) -> Any:
    return utc(value) if isinstance(value, datetime) else value


def _patched(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _patched(result.get(name), value)
    return result


def _checked(form: type[BaseModel], data: Mapping[str, Any], sent: Mapping[str, Any]) -> BaseModel:
    names = {info.alias or name: name for name, info in form.model_fields.items()}
    flaws = [_unknown(name) for name in sent if name not in names and name not in names.values()]
    known = {name: value for name, value in data.items() if name in names or name in names.values()}
    try:
        model = validated(form, known)
    except Invalid as error:
        raise Invalid(error.message, flaws=[*flaws, *error.flaws]) from None
    if flaws:
        raise Invalid(str(_RULES), flaws=flaws)
    return model


def _unknown(name: str) -> Flaw:
    if name in OWN:
        return Flaw(sentences.pointer((name,)), str(sentences.OURS), "read-only")
    return Flaw(sentences.pointer((name,)), str(sentences.UNKNOWN), "unknown")


def _values(columns: Mapping[str, Column[Any]], model: BaseModel) -> dict[str, Any]:
    """Turn the validated form into what the columns take."""
    given = dict(model)
    _fit(columns, given)
    said = model.model_dump(mode="json")
    values = {name: _stored(columns.get(name), value, said[name]) for name, value in given.items()}
    _fit(columns, values)
    return values


def _fit(columns: Mapping[str, Column[Any]], values: Mapping[str, Any]) -> None:
    if flaws := misfits(columns, values):
        raise Invalid(str(_MISFIT), flaws=flaws)


def _stored(column: Column[Any] | None, value: Any, said: Any) -> Any:
    if column is None or value is None or isinstance(column.type, EnumType):
        return value
    if isinstance(column.type, JSON):
        return said
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(column.type, String) and not isinstance(value, str):
        return str(said)
    return utc(value) if isinstance(value, datetime) and getattr(column.type, "timezone", False) else value


def utc(value: datetime) -> datetime:
    """Return *value* in UTC; SQLite forgets the zone, and everything is stored in UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
