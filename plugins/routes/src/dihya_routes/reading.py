"""From the bytes of a request to values that fit the table, or to a list of everything that is wrong with them."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NoReturn

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.i18n import gettext as _
from pydantic import BaseModel, ValidationError
from sqlalchemy import JSON, Column, String
from sqlalchemy import Enum as EnumType
from werkzeug.wrappers import Request

from . import shape
from .complaints import complaint
from .fitting import misfits

JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/json", "application/merge-patch+json")


def body(request: Request, types: Sequence[str] = JSON_TYPES) -> dict[str, Any]:
    """Return the JSON object of the request.

    Raises:
        Invalid: 415 for another media type, 400 for what is not JSON, 422 for JSON that is not an object.
    """
    if request.mimetype not in types:
        accepted = ", ".join(types)
        header = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
        raise Invalid(
            _("the body must be sent as %(types)s", types=accepted),
            code="media-type",
            status=415,
            headers={header: accepted},
        )
    try:
        value = json.loads(request.get_data(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(_("the body is not valid JSON"), code="json", status=400) from error
    if not isinstance(value, dict):
        flaw = Flaw("", _("must be a JSON object"), "type")
        raise Invalid(_("the body must be a JSON object"), flaws=[flaw])
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


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
    return shape.utc(value) if isinstance(value, datetime) else value


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
    flaws = [_unknown(name) for name in sent if name not in form.model_fields]
    known = {name: value for name, value in data.items() if name in form.model_fields}
    try:
        model = form.model_validate(known)
    except ValidationError as error:
        flaws += [
            Flaw(pointer(detail["loc"]), complaint(detail), detail["type"])
            for detail in error.errors(include_url=False, include_input=False)
        ]
    except (OverflowError, RecursionError) as error:
        raise Invalid(_("a value is out of range")) from error
    if flaws:
        raise Invalid(_("the body breaks the rules of this form; see errors"), flaws=flaws)
    return model


def _unknown(name: str) -> Flaw:
    if name in shape.OWN:
        return Flaw(pointer((name,)), _("is written by the application; leave it out"), "read-only")
    return Flaw(pointer((name,)), _("unknown field"), "unknown")


def pointer(place: Sequence[int | str]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    text = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return text.encode("utf-8", "replace").decode()


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
        raise Invalid(_("the body holds values that cannot be stored; see errors"), flaws=flaws)


def _stored(column: Column[Any] | None, value: Any, said: Any) -> Any:
    if column is None or value is None or isinstance(column.type, EnumType):
        return value
    if isinstance(column.type, JSON):
        return said
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(column.type, String) and not isinstance(value, str):
        return str(said)
    return shape.utc(value) if isinstance(value, datetime) and getattr(column.type, "timezone", False) else value
