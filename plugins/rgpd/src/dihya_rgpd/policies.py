"""What is in its archive phase is seen only by who may read archives; what is restricted, only by who may restrict."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from dihya_hookspecs.access import AccessPolicy, Actor
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Retention, Span
from dihya_hookspecs.scopes import Everything, Rule, Where
from sqlalchemy import ColumnElement, Table, or_

from .restricting import POLICY

PERMISSION = "rgpd:archive"
_SAID = Text("the records that are still in use", "les fiches encore en usage")
_CREATED = "created_at"  # every record has one


def judge(actor: Actor | None, action: str, model: Any) -> Rule | None:
    """Narrow a table whose class declares an archive to the rows in use, for whoever does not hold the permission."""
    table = getattr(model, "__table__", None)
    retention = archived(table) if table is not None else None
    if retention is None:
        return None
    return Everything(holding=PERMISSION) | Where(lambda _: in_use(table, retention, datetime.now(UTC).date()), _SAID)


def archived(table: Table) -> Retention | None:
    """Return the retention that the class of *table* declares for its rows, where it has an archive."""
    if "retention" not in table.info:
        said = table.info.get("defaults", {}).get("retention")
        found = Retention.parse(said) if said else None
        table.info["retention"] = found if found is not None and found.archive is not None else None
    return table.info["retention"]  # type: ignore[no-any-return]


def in_use(table: Table, retention: Retention, today: date) -> ColumnElement[bool]:
    """Return the condition that the time of use of a row is not over: of several times one is not, or has not begun."""
    return or_(*(_goes_on(table, span, today) for span in retention.spans))


def _goes_on(table: Table, span: Span, today: date) -> ColumnElement[bool]:
    column = table.columns[span.after or _CREATED]
    first: Any = span.first_start(today)
    if column.type.python_type is datetime:
        first = datetime.combine(first, time.min, UTC)
    return or_(column.is_(None), column >= first)


POLICIES = (AccessPolicy("archive", "*", judge), POLICY)
