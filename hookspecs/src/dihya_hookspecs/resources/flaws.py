"""Everything that is wrong with a record in one go: its fields, the rules over several of them, and what others have already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import Flaw, Invalid
from ..fields.form import checked
from ..rules import obey
from ..rules.kinds import another
from . import conflicts

if TYPE_CHECKING:
    from .records import Records


def flaws_of(
    records: Records[Any], values: Mapping[str, Any], *, apart: frozenset[str] = frozenset(), record: Any = None
) -> list[Flaw]:
    """Return every flaw of a record that would be added with these values, or of *record* changed to them; nothing is written.

    Args:
        apart: fields that are known to be wrong; no rule that looks at one of them is asked, nor is ``Records.check``, whose code
            expects a record in which each field is right.
    """
    model, session = records.model, records.session
    given, flaws = {name: value for name, value in values.items() if name not in apart}, list[Flaw]()
    try:
        given = checked(model, given, whole=record is None and not apart)
    except Invalid as error:
        flaws += error.flaws
        apart |= {flaw.pointer.strip("/") for flaw in error.flaws}
        given = {name: value for name, value in given.items() if name not in apart}
    with session.no_autoflush:
        try:
            whole = _filled(model() if record is None else record, given)
            flaws += _said(lambda: obey(session, whole, apart=apart))
            flaws += _said(lambda: None if apart else records.check(whole))
            flaws += _taken(records, whole, given)
        finally:
            if record is not None:
                session.expire(record)
    return flaws


def _filled(whole: Any, given: Mapping[str, Any]) -> Any:
    for name, value in given.items():
        setattr(whole, name, value)
    return whole


def _said(ask: Any) -> list[Flaw]:
    try:
        ask()
    except Invalid as error:
        return list(error.flaws) or [Flaw("", error.message, error.code)]
    return []


def _taken(records: Records[Any], whole: Any, given: Mapping[str, Any]) -> list[Flaw]:
    """Return a flaw for each value that must be unique and that another record has."""
    table, found = records.model.__table__, list[Flaw]()
    for column in table.columns:
        value = given.get(column.key)
        clash = column.unique and value is not None
        if clash and another(records.session, whole, [getattr(records.model, column.key) == value]):
            found += conflicts.taken((column.key,), table).flaws
    return found
