"""How long something is kept, as a form asks for it: a time, a date, the account, no end, or a rule of one's own."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Retention

from .inputs import Empty, Fields, text
from .parts import Part, title_of, used_by

CREATED = ""
"""Stands for the day on which the record was made."""


def ways() -> dict[str, str]:
    """Return how the end can be said, in the order in which it is offered."""
    return {
        "time": _("for some time"), "until": _("until a date of the record"), "account": _("as long as the person has an account"),
        "permanent": _("without an end"), "rule": _("after a rule of one's own"),
    }  # fmt: skip


def units() -> dict[str, str]:
    """Return the units of a time."""
    return {"y": _("years"), "m": _("months"), "d": _("days")}


def dates(document: Part, purpose: str) -> list[tuple[str, str]]:
    """Return the dates from which it can count: those of the tables that are held for a purpose, of every table for a new one."""
    found: dict[str, str] = {}
    for table in used_by(document, purpose) or document["entities"]:
        for field in table["fields"]:
            if field["type"] in ("date", "datetime"):
                label = _("“%(field)s” (%(table)s)", field=title_of(field), table=title_of(table))
                found[field["name"]] = f"{found[field['name']]}, {label}" if field["name"] in found else label
    return list(found.items())


def standing(retention: str) -> dict[str, Any]:
    """Return what the fields of a form hold for a retention; "" for that of a new purpose."""
    if not retention:
        return {"kept": "time", "count": "", "unit": "y", "since": CREATED, "retention": ""}
    whole = {"count": "", "unit": "y", "since": CREATED, "retention": retention}
    try:
        parsed = Retention.parse(retention)
    except ValueError:  # a document that nobody has checked yet: the rule is shown as it stands
        return whole | {"kept": "rule"}
    if parsed.whole:
        return whole | {"kept": parsed.whole}
    if len(parsed.spans) > 1 or parsed.archive is not None:
        return whole | {"kept": "rule"}
    (span,) = parsed.spans
    if span.after and not span.count and span.unit == "d":
        return whole | {"kept": "until", "since": span.after}
    return whole | {"kept": "time", "count": str(span.count), "unit": span.unit, "since": span.after}


def retention_of(fields: Fields) -> str:
    """Return the retention for which a form asks.

    Raises:
        Empty: something that it needs was left empty, or is no number.
    """
    way, since = text(fields, "kept"), text(fields, "since")
    if way in ("account", "permanent"):
        return way
    if way == "until":
        if not since:
            raise Empty("since", _("choose the date until which it is kept"))
        return f"until {since}"
    if way == "time":
        count = text(fields, "count")
        if not (count.isascii() and count.isdigit() and 0 < int(count) <= 9999):
            raise Empty("count", _("say for how many years, months or days: a whole number from 1 to 9999"))
        return f"{int(count)}{fields.get('unit', 'y')}" + (f" after {since}" if since else "")
    if not (rule := text(fields, "retention")):
        raise Empty("retention", _("say how long it is kept"))
    return rule
