"""Who is known by an e-mail address, a phone number or another identifier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dihya_hookspecs.data import Personal
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import ColumnElement, String, Table, Uuid, func, select
from sqlalchemy.orm import Session

from .annotations import Annotations, Group, as_value, follow

_IDENTIFYING = ("contact.email", "contact.phone_number", "unique_id", "government_id", "account.username")
_SEPARATORS = " .-()/"


def known_by(session: Session, annotations: Annotations, present: set[str], text: str) -> Iterator[Subject]:
    """Yield the people whom *text* identifies, in any case; the same one perhaps more than once.

    Args:
        present: the tables that are in the database.
    """
    for table in annotations.people():
        (key,) = table.primary_key
        # Only opaque keys: a number is as likely the beginning of a phone number.
        value = as_value(key, text) if isinstance(key.type, Uuid) else None
        if table.name in present and value is not None:
            for found in session.scalars(select(key).where(key == value)):
                yield Subject(table.name, str(found), annotations.owners[table.name])
    for groups in annotations.groups.values():
        for group in groups:
            for column in group.columns if group.table.name in present else ():
                condition = _is(column, column.info["rgpd"], text)
                if condition is not None:
                    yield from _led_to(session, annotations, present, group, condition)


def _led_to(
    session: Session, annotations: Annotations, present: set[str], group: Group, condition: ColumnElement[bool]
) -> Iterator[Subject]:
    for route in group.routes:
        statement, final = follow(select(group.table).select_from(group.table), group.table, route)
        for key in session.scalars(statement.where(condition).with_only_columns(final).distinct()):
            if key is None:
                continue
            if route.target is not None:
                yield Subject(route.target.name, str(key), annotations.owners.get(route.target.name, ""))
            else:
                yield _owner_of(session, annotations, present, str(key), group.table)


def _owner_of(session: Session, annotations: Annotations, present: set[str], key: str, fallback: Table) -> Subject:
    """Return the person with this key, wherever people are kept; the row's own table when nobody has it."""
    for table in annotations.people():
        (column,) = table.primary_key
        value = as_value(column, key)
        if value is None or table.name not in present:
            continue
        if session.scalar(select(func.count()).select_from(table).where(column == value)):
            return Subject(table.name, key, annotations.owners[table.name])
    return Subject(fallback.name, key, annotations.owners[fallback.name])


def _is(column: Any, declared: Personal, text: str) -> ColumnElement[bool] | None:
    """Return the condition that *column* holds the identifier *text*; None where it cannot."""
    if declared.secret or not declared.category.startswith(_IDENTIFYING):
        return None
    if isinstance(column.type, Uuid):
        value = as_value(column, text)
        return None if value is None else column == value
    if not isinstance(column.type, String) or "\0" in text:
        return None
    if declared.category.startswith("contact.phone_number"):
        bare: Any = column
        for separator in _SEPARATORS:
            bare = func.replace(bare, separator, "")
        return bare == text.translate({ord(separator): None for separator in _SEPARATORS})
    return func.lower(column) == text.lower()
