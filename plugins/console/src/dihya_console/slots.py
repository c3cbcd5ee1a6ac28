"""What the console itself puts into the slots of its pages, as any plugin would."""

from __future__ import annotations

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.ops import Health
from dihya_hookspecs.slots import Fragment, Slot, SlotContext

from .permissions import HEALTH, PLUGINS

LATEST = 3
LATEST_OF_ALL = 5


def bring(about: SlotContext) -> Fragment | None:
    """The way to import a file, for who may add records."""
    write = about.resource.write if about.resource else None
    if not write or not get(Access).decide(about.actor, write):
        return None
    return Fragment("console/slots/import.html", {"path": about.path})


def list_paper(about: SlotContext) -> Fragment | None:
    """The way to the list as a paper, narrowed as it is."""
    from .printing import without_pages

    return Fragment("console/slots/print.html", {"path": f"{about.path}print{without_pages()}", "quiet": True})


def agenda(about: SlotContext) -> Fragment | None:
    """The way to the list by days, narrowed as it is, where its records have a day or a moment."""
    from .days import day_of
    from .printing import without_pages
    from .records import Desk

    if about.resource is None or not day_of(Desk(about.plugin, about.resource)):
        return None
    return Fragment("console/slots/agenda.html", {"path": f"{about.path}agenda{without_pages()}"})


def paper(about: SlotContext) -> Fragment | None:
    """The way to the record as a paper, where its page is ours."""
    if about.resource is None or about.resource.page:
        return None
    return Fragment("console/slots/print.html", {"path": f"{about.path}{about.record.id}/print", "quiet": False})


def timeline(about: SlotContext) -> Fragment | None:
    """The newest of all that refers to a record, where several lists do."""
    from . import timeline
    from .records import Desk

    if about.resource is None:
        return None
    among = timeline.sources(Desk(about.plugin, about.resource))
    if len(among) < timeline.SEVERAL or not (found := timeline.moments(among, about.record.id, LATEST_OF_ALL)):
        return None
    values = {"moments": found, "path": f"{about.path}{about.record.id}/timeline"}
    return Fragment("console/slots/timeline.html", values)


def history(about: SlotContext) -> Fragment | None:
    """The latest changes of a record, where a plugin keeps a log and the reader may see who wrote."""
    from .history import History

    if about.resource is None or not get(Access).decide(about.actor, about.resource.write or about.resource.read):
        return None
    lines = History(about.plugin, about.resource).lines(about.record.id, LATEST)
    return Fragment("console/slots/history.html", {"lines": lines, "about": about}) if lines else None


def health(about: SlotContext) -> Fragment:
    """How many checks found a fault."""
    findings = get(Health).ask()
    faults = [finding for finding in findings if finding.state != "ok"]
    return Fragment("console/slots/health.html", {"findings": findings, "faults": faults})


def plugins(about: SlotContext) -> Fragment:
    """The plugins that are not as they should be."""
    found = get(Plugins).all()
    wrong = [info for info in found if info.troubles or info.state not in ("active", "disabled")]
    active = sum(1 for info in found if info.state == "active")
    return Fragment("console/slots/plugins.html", {"wrong": wrong, "active": active})


SLOTS = (
    Slot("list.actions", "import", bring, None, 10),
    Slot("list.actions", "agenda", agenda, None, 5),
    Slot("list.actions", "print-list", list_paper, None, 20),
    Slot("record.actions", "print-record", paper, None, 90),
    Slot("record.aside", "timeline", timeline, None, 20),
    Slot("record.aside", "history", history, None, 80),
    Slot("admin", "health", health, HEALTH, 10, budget_ms=10_000),
    Slot("admin", "plugins", plugins, PLUGINS, 20),
)
