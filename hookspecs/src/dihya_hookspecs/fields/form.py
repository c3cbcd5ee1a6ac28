"""The form of a model, derived from its fields, and the check that every record passes however it is reached."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from .. import Flaw, Invalid
from ..i18n import Text
from .declared import SEARCHED, Field, fields_of
from .sentences import OURS, sentence
from .types import FieldType

if TYPE_CHECKING:
    from pydantic import BaseModel, TypeAdapter


@cache
def form_of(model: type) -> type[BaseModel]:
    """Return the pydantic model of what may be written: every field that is not read-only, computed or secret."""
    from pydantic import ConfigDict, create_model

    given: dict[str, Any] = {
        name: (_annotation(field), ... if field.required else field.default)
        for name, field in fields_of(model).items()
        if field.writable
    }
    return create_model(
        f"{model.__name__}Form",
        __config__=ConfigDict(extra="forbid", validate_default=False),
        __module__=model.__module__,
        **given,
    )


def checked(model: type, values: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Return *values* as the columns take them: in their one spelling, and within their limits.

    A plain column takes what the database can hold, and what is no column passes as it is. Code may set what forms cannot (read-only, secret); nobody sets
    what the database computes.

    Args:
        whole: for a new record, of which nothing that is required may be missing.

    Raises:
        Invalid: with one flaw for each field that is wrong.
    """
    flaws: list[Flaw] = []
    fields = {name: field for name, field in fields_of(model).items() if isinstance(field.type, FieldType)}
    given = _complete(fields, values) if whole else dict(values)
    for name in fields.keys() & given.keys():
        if fields[name].computed:
            flaws.append(Flaw(f"/{name}", str(OURS["read-only"]), "read-only"))
        else:
            given[name] = _one(model, fields[name], given[name], flaws)
    flaws += _misfits(model, {name: value for name, value in given.items() if name not in fields})
    if flaws:
        order = list(given)
        raise Invalid(str(_BREAKS), flaws=sorted(flaws, key=lambda flaw: order.index(flaw.pointer[1:])))
    return given


def _misfits(model: Any, values: Mapping[str, Any]) -> list[Flaw]:
    from ..resources.fitting import misfits

    columns = model.__table__.columns
    return misfits(columns, {name: value for name, value in values.items() if name in columns})


def _complete(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a new record: what it leaves out or empty takes its default, and what it must say is asked for."""
    given = dict(values)
    for name, field in fields.items():
        if given.get(name) is None and not (field.nullable and name in given):
            if field.default is not None:
                given[name] = field.default
            elif field.required:
                given[name] = None
            else:
                given.pop(name, None)  # the table works it out
    return given


_BREAKS = Text(
    "the record breaks the rules of its fields; see errors",
    "la fiche enfreint les règles de ses champs ; voir les erreurs",
)


def values_of(form: BaseModel) -> dict[str, Any]:
    """Return what a filled form says, as the columns take it; what it leaves to a default of the table is left out."""
    return {name: value for name, value in form if name in form.model_fields_set or value is not None}


def _one(model: type, field: Field, value: Any, flaws: list[Flaw]) -> Any:
    from pydantic import ValidationError

    if value is None and (field.required or field.nullable):
        if field.required:
            flaws.append(Flaw(f"/{field.name}", str(OURS["missing"]), "missing"))
        return None
    try:
        return _adapters(model)[field.name].validate_python(value.value if isinstance(value, enum.Enum) else value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            flaws.append(Flaw(f"/{field.name}", sentence(detail), detail["type"]))
    except (OverflowError, RecursionError):
        flaws.append(Flaw(f"/{field.name}", str(OURS["too_far"]), "too_far"))
    return value


@cache
def _adapters(model: type) -> dict[str, TypeAdapter[Any]]:
    from pydantic import TypeAdapter

    return {
        name: TypeAdapter(_kind(field)) for name, field in fields_of(model).items() if isinstance(field.type, FieldType)
    }


def _annotation(field: Field) -> Any:
    """Return what pydantic validates a field by; one that may be left out may also be said to be empty."""
    kind = _kind(field)
    if not field.required and field.nullable:
        kind = kind | None
    from pydantic import Field as Described

    # The last word on what JSON Schema does not know stands: it holds what the type says of itself too.
    told: dict[str, Any] = field.type.schema() if isinstance(field.type, FieldType) else {}
    if field.help:
        told = {**told, "hint": {"en": field.help.en, "fr": field.help.fr}}
    said = field.help.en if field.help else None
    return Annotated[kind, Described(title=field.label.en, description=said, json_schema_extra=told or None)]


def _kind(field: Field) -> Any:
    """Return what a value that is said must be; a required text says something."""
    from pydantic import Field as Described

    if not isinstance(field.type, FieldType):
        return _plain(field)
    kind = field.type.annotation()
    return Annotated[kind, Described(min_length=1)] if field.required and field.kind in SEARCHED else kind


def _plain(field: Field) -> Any:
    from pydantic import Field as Described

    try:
        base = field.type.python_type
    except NotImplementedError:
        return Any
    if base is str and field.limits.max and field.kind != "enum":
        return Annotated[str, Described(max_length=field.limits.max)]
    return base
