"""The page that asks the audit log which records a breach may have touched."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.rgpd import Subject
from dihya_hookspecs.ui import Formats, Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, request

from .captions import captions_of
from .desk import opened
from .touched import Found, touched
from .wording import titled

touched_pages = Blueprint("rgpd_touched", __name__, url_prefix="/rgpd/breaches")
SHOWN = 500
"""Records that the page shows by name; those beyond are counted."""


@touched_pages.get("/touched")
@requires("rgpd:read")
def show() -> Response:
    """Show which records of a table the log names between two moments: opened, added, changed, removed."""
    tables = sorted(((titled(name), name) for name in opened().annotations.groups), key=lambda one: one[0].casefold())
    table, found = request.args.get("table", ""), None
    if table:
        found = _found(table)
        current().record("rgpd.touched", table=table, rows=len(found.rows))
    rows = sorted(found.rows.values(), key=lambda row: row.first)[:SHOWN] if found else []
    return get(Layout).page(
        "rgpd/touched.html",
        title=_("Which records were touched"),
        tables=tables,
        table=table,
        found=found,
        rows=rows,
        captions=_captions(table, [row.key for row in rows]),
        traced=bool(table and opened().annotations.table(table).info.get("traced")),
        words={"opened": _("opened"), "insert": _("added"), "update": _("changed"), "delete": _("removed")},
    )


def _found(table: str) -> Found:
    if table not in opened().annotations.groups:
        said = _("no active plugin holds data about people in a table of this name; choose one of the list")
        raise Invalid(said, flaws=[Flaw("/table", said)])
    if not get(Plugins).provides(AuditLog):
        raise Invalid(_("no plugin keeps an audit log; nobody can say which records were touched"), status=409)
    since, until = _moment("since"), _moment("until")
    if until < since:
        said = _("the window ends before it begins; exchange the two moments")
        raise Invalid(said, flaws=[Flaw("/until", said)])
    return touched(get(AuditLog), table, since, until)


def _moment(name: str) -> datetime:
    """Return a moment of the form in UTC; without a zone it is the reader's."""
    try:
        moment = datetime.fromisoformat(request.args.get(name, ""))
        if moment.tzinfo is None:
            zone = get(Formats).timezone() if get(Plugins).provides(Formats) else "UTC"
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        said = _("a moment is written as 2026-03-02T09:30")
        raise Invalid(said, flaws=[Flaw(f"/{name}", said)]) from None


def _captions(table: str, keys: list[str]) -> dict[str, str]:
    """Return what people call the records, where they are people: name and address, by key."""
    desk = opened()
    if table not in {one.name for one in desk.annotations.people()}:
        return {}
    found = captions_of(desk, [Subject(table, key, "") for key in keys])
    return {name.partition(":")[2]: words for name, words in found.items()}
