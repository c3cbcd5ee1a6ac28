"""From the query string of a list to the arguments of ``Records.find``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.web import Resource
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Column, Enum, String
from werkzeug.datastructures import MultiDict

from . import shape
from .complaints import complaint
from .fitting import misfits

PAGING = ("limit", "after")
RESERVED = ("q", "order", "fields")
WORDS = 20
"""More words make a condition that SQLite's parser refuses; nobody types them."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a caller asks of a list."""

    words: str
    filters: Mapping[str, Any]
    order: str | None
    limit: int
    after: str | None
    fields: tuple[str, ...]


def query(resource: Resource, arguments: MultiDict[str, str], page_size: int | None) -> Query:
    """Read the query string.

    Args:
        page_size: the limit when nobody gives one; None for a list that comes whole, without ``limit`` and ``after``.

    Raises:
        Invalid: naming every parameter that is unknown, repeated or out of range.
    """
    shown = shape.columns(resource)
    flaws: list[Flaw] = []
    given = {name: _single(name, values, flaws) for name, values in arguments.lists()}
    reserved = RESERVED if page_size is None else RESERVED + PAGING
    filters = {name: text for name, text in given.items() if name not in reserved}
    found = Query(
        words=_words(given.get("q", ""), bool(resource.service.search), flaws),  # type: ignore[attr-defined]
        filters=_filters(resource, filters, flaws),
        order=_order(given.get("order"), shape.sortable(resource), flaws),
        limit=_limit(given.get("limit"), page_size, flaws) if page_size else 0,
        after=given.get("after") or None,
        fields=fields(given.get("fields"), shown, flaws),
    )
    if flaws:
        raise Invalid(_("the query is wrong; see errors"), flaws=flaws)
    return found


def fields(text: str | None, shown: Mapping[str, Column[Any]], flaws: list[Flaw]) -> tuple[str, ...]:
    """Return the columns to answer with: those named, ``id`` always among them, or all that are shown."""
    if not text:
        return tuple(shown)
    names = dict.fromkeys(["id", *(part.strip() for part in text.split(","))])
    for name in names:
        if name not in shown:
            flaws.append(_flaw("fields", _("unknown column %(name)s", name=repr(name[:64]))))
    return tuple(name for name in names if name in shown)


def _single(name: str, values: list[str], flaws: list[Flaw]) -> str:
    if len(values) > 1:
        flaws.append(_flaw(name, _("is given more than once")))
    if "\0" in values[0]:
        flaws.append(_flaw(name, _("must not contain NUL characters")))
    return values[0]


def _words(text: str, searchable: bool, flaws: list[Flaw]) -> str:
    if text and not searchable:
        flaws.append(_flaw("q", _("this list cannot be searched; filter by a column")))
    if len(text) > 200 or len(text.split()) > WORDS:
        flaws.append(_flaw("q", _("must have at most 200 characters and %(count)s words", count=WORDS)))
    return text


def _order(name: str | None, sortable: Mapping[str, Column[Any]], flaws: list[Flaw]) -> str | None:
    if name and name.removeprefix("-") not in sortable:
        flaws.append(
            _flaw("order", _("must be one of %(names)s, with - before it to reverse", names=", ".join(sortable)))
        )
    return name or None


def _limit(text: str | None, page_size: int, flaws: list[Flaw]) -> int:
    if text is None:
        return page_size
    if text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 500:
        return int(text)
    flaws.append(_flaw("limit", _("must be a whole number from 1 to 500")))
    return page_size


def _filters(resource: Resource, given: Mapping[str, str], flaws: list[Flaw]) -> dict[str, Any]:
    shown = shape.comparable(resource)
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name not in shown:
            flaws.append(_flaw(name, _("unknown column to filter by; one of %(names)s", names=", ".join(shown))))
            continue
        try:
            values[name] = _coerced(resource, shown[name], text)
        except ValidationError as error:
            flaws.append(_flaw(name, complaint(error.errors(include_url=False, include_input=False)[0])))
        except OverflowError:
            flaws.append(_flaw(name, _("must be a smaller number")))
    flaws.extend(misfits(shown, values))
    return values


def _coerced(resource: Resource, column: Column[Any], text: str) -> Any:
    """Read the text as the type that the form declares, or the column where the form is silent; empty means null."""
    if text == "" and column.nullable and not isinstance(column.type, String):
        return None
    field = resource.form.model_fields.get(column.key)  # type: ignore[attr-defined]
    value = TypeAdapter(field.annotation if field else _python_type(column)).validate_strings(text)
    if isinstance(value, datetime):
        return shape.utc(value)
    return shape.plain(value) if isinstance(column.type, String) and not isinstance(column.type, Enum) else value


def _python_type(column: Column[Any]) -> type:
    try:
        return column.type.python_type
    except NotImplementedError:
        return str


def _flaw(name: str, detail: str) -> Flaw:
    return Flaw(f"/{name}", detail, "query")
