"""When a record is: which column of its list says so, when it ends, and the weeks and months that one looks at."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from dihya_hookspecs.rules.kinds import NotBefore
from dihya_hookspecs.rules.moments import NoOverlap

from .forms import fields_of
from .inputs import local, zone
from .records import Desk

Span = Literal["week", "month"]
WEEK = 7
MINUTES = "minutes"


class Period(NamedTuple):
    """Some days in a row, and a day of the periods before and after them."""

    first: dt.date
    last: dt.date
    before: dt.date
    after: dt.date

    def days(self) -> list[dt.date]:
        """Return each of them."""
        return [self.first + dt.timedelta(number) for number in range((self.last - self.first).days + 1)]


def day_of(desk: Desk) -> str:
    """Return the column that says when a record is, as far as the reader sees and a form writes it; empty for none.

    It is the column that the list is sorted by, where that is a day or a moment; otherwise the first moment; otherwise the first
    day that the list shows. A day in a table of people (born, joined) is none: it is no appointment.
    """
    columns, hidden = desk.model.__table__.columns, desk.hidden()
    written = [field.name for field in fields_of(desk.resource) if field.name in columns and field.name not in hidden]
    kinds = {name: kind_of(desk, name) for name in written}
    first = desk.resource.service.order.split(",")[0].lstrip("-")
    if kinds.get(first) in (dt.date, dt.datetime):
        return first
    listed = [name for name in desk.resource.columns if name in kinds]
    moments = [name for name in (*listed, *written) if kinds[name] is dt.datetime]
    days = [name for name in listed if kinds[name] is dt.date and not _of_the_person(columns[name])]
    return next(iter((*moments, *days)), "")


def kind_of(desk: Desk, name: str) -> Any:
    """Return the type of a column's values; None where it has none of its own."""
    try:
        return desk.model.__table__.columns[name].type.python_type
    except NotImplementedError:
        return None


def end_of(desk: Desk, day: str) -> tuple[str, str]:
    """Return the column that says when a record ends, and ``minutes`` where that is how long it lasts; empty for none.

    The rules of the table tell: records that do not overlap until then, or an end that is not before the beginning.
    """
    hidden = desk.hidden()
    for rule in getattr(desk.model, "__rules__", ()):
        if isinstance(rule, NoOverlap) and rule.field == day and rule.until and rule.until not in hidden:
            return rule.until, MINUTES if kind_of(desk, rule.until) is int else ""
        if isinstance(rule, NotBefore) and rule.than == day and rule.field not in hidden:
            return rule.field, ""
    return "", ""


def ends(record: Any, begins: Any, end: tuple[str, str]) -> Any:
    """Return when a record ends, in the type of its beginning; None where it does not say."""
    name, unit = end
    value = getattr(record, name, None) if name else None
    if unit == MINUTES:
        return begins + dt.timedelta(minutes=value) if value else None
    return value


def period(span: Span, day: dt.date, begins: int) -> Period:
    """Return the week or month of a day; *begins* is the first day of a week, 0 for Monday.

    Raises OverflowError or ValueError at the ends of the calendar.
    """
    if span == "week":
        first = day - dt.timedelta((day.weekday() - begins) % WEEK)
        step = dt.timedelta(WEEK)
        return Period(first, first + dt.timedelta(WEEK - 1), first - step, first + step)
    first = day.replace(day=1)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    one = dt.timedelta(1)
    return Period(first, last, (first - one).replace(day=1), last + one)


def edges(desk: Desk, name: str, among: Period) -> tuple[Any, Any]:
    """Return the first value of a column in a period and the first one after it: days, or instants as people here count days."""
    after = among.last + dt.timedelta(1)
    if kind_of(desk, name) is dt.date:
        return among.first, after
    here = ZoneInfo(zone())
    begin, end = (dt.datetime.combine(day, dt.time(), here).astimezone(dt.UTC) for day in (among.first, after))
    return begin, end


def lies_on(value: Any) -> dt.date:
    """Return the day of a day or of an instant, as people here count it."""
    return local(value).date() if isinstance(value, dt.datetime) else value


def today() -> dt.date:
    """Return the day that it is here."""
    return local(dt.datetime.now(dt.UTC)).date()


def _of_the_person(column: Any) -> bool:
    return getattr(column.info.get("rgpd"), "subject", "") == "id"
