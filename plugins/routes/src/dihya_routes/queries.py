"""The query string of a list: what the resource core is asked, and which columns are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Query
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.web import Resource
from sqlalchemy import Column
from werkzeug.datastructures import MultiDict

from . import shape

_OURS = ("fields", "total")
_PAGING = ("limit", "after", "before", "total")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asks of a list: the query, the columns to answer with, and whether to count all that it finds."""

    query: Query
    fields: tuple[str, ...]
    total: bool


def asked(resource: Resource, arguments: MultiDict[str, str], page_size: int | None) -> Asked:
    """Read the query string.

    Args:
        page_size: the limit when nobody gives one; None for a list that comes whole, without ``limit``, ``after``,
            ``before`` and ``total``.

    Raises:
        Invalid: naming every parameter that is unknown, repeated or out of range.
    """
    flaws: list[Flaw] = []
    names = fields(_single(arguments, "fields", flaws), shape.columns(resource), flaws)
    total = _single(arguments, "total", flaws)
    if total not in (None, "true", "false"):
        flaws.append(_flaw("total", _("must be true or false")))
    if page_size is None:
        flaws += [_flaw(name, _("is for lists that come in pages")) for name in _PAGING if name in arguments]
    rest = {
        name: values
        for name, values in arguments.lists()
        if name not in (*_OURS, *(flaw.pointer[1:] for flaw in flaws))
    }
    try:
        query = ask(resource, rest, limit=page_size or 1)
    except Invalid as error:
        raise Invalid(error.message, flaws=[*flaws, *error.flaws]) from None
    if flaws:
        raise Invalid(_("the query is wrong; see errors"), flaws=flaws)
    return Asked(query, names, total == "true")


def fields(text: str | None, shown: Mapping[str, Column[Any]], flaws: list[Flaw]) -> tuple[str, ...]:
    """Return the columns to answer with: those named, ``id`` always among them, or all that are shown."""
    if not text:
        return tuple(shown)
    names = dict.fromkeys(["id", *(part.strip() for part in text.split(","))])
    for name in names:
        if name not in shown:
            flaws.append(_flaw("fields", _("unknown column %(name)s", name=repr(name[:64]))))
    return tuple(name for name in names if name in shown)


def _single(arguments: MultiDict[str, str], name: str, flaws: list[Flaw]) -> str | None:
    values = arguments.getlist(name)
    if len(values) > 1:
        flaws.append(_flaw(name, _("is given more than once")))
    return values[0] if values else None


def _flaw(name: str, detail: str) -> Flaw:
    return Flaw(f"/{name}", detail, "query")
