"""What people read about plugins that come and go, in their language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext

if TYPE_CHECKING:
    from dihya_hookspecs.installing import Belonging, Progress


def steps() -> Mapping[str, str]:
    """What is done in each step of a change."""
    return {
        "look": _("Look through the file"),
        "back": _("Take the tables back to the older version"),
        "try": _("Try the code in a process of its own"),
        "tables": _("Bring the tables along"),
        "swap": _("Put the new files in the place of the old"),
        "check": _("Look at it again in its place"),
        "remove": _("Take the files out"),
        "server": _("Let the server take its new workers"),
    }


def title(progress: Progress) -> str:
    """What is being changed, as a heading."""
    said = {"name": progress.name, "version": progress.version}
    return {
        "install": _("Install %(name)s %(version)s", **said),
        "undo": _("Put %(name)s %(version)s back", **said),
        "uninstall": _("Uninstall %(name)s %(version)s", **said),
        "purge": _("Purge %(name)s %(version)s", **said),
    }[progress.change]


def kinds() -> Mapping[str, str]:
    """What the kinds of belongings are called."""
    return {
        "address": _("Addresses"),
        "permission": _("Permissions"),
        "role": _("Roles"),
        "table": _("Tables"),
        "files": _("Files"),
        "setting": _("Settings"),
        "task": _("Background tasks"),
        "recurring": _("Recurring work"),
        "command": _("Commands"),
        "kept": _("Kept code, for undoing"),
    }


def grouped(found: Iterable[Belonging]) -> list[tuple[str, list[Belonging]]]:
    """Return belongings by kind, in the order in which the kinds stand above."""
    order = list(kinds())
    listed = sorted(found, key=lambda item: order.index(item.kind))
    return [(kind, list(items)) for kind, items in groupby(listed, key=lambda item: str(item.kind))]


def counted(item: Belonging) -> str:
    """How much of it there is: rows, files, seconds between two runs."""
    if item.count is None:
        return ""
    if item.kind == "table":
        return ngettext("%(count)s row", "%(count)s rows", item.count)
    if item.kind == "recurring":
        return ngettext("every second", "every %(count)s seconds", item.count)
    return ngettext("%(count)s file", "%(count)s files", item.count)


def moment(text: str) -> datetime:
    """Return a moment that the core wrote down."""
    return datetime.fromisoformat(text)


def parts() -> Mapping[str, str]:
    """What a plugin is made of, by the name of the file."""
    return {
        "models": _("tables"),
        "migrations": _("migrations of its tables"),
        "routes": _("addresses"),
        "resources": _("lists and forms"),
        "pages": _("entries of the menu"),
        "templates": _("pages"),
        "static": _("scripts and styles"),
        "permissions": _("permissions"),
        "policies": _("rules that refuse"),
        "settings": _("settings"),
        "tasks": _("background tasks"),
        "background": _("recurring work"),
        "events": _("events for others"),
        "subscriptions": _("events that it listens to"),
        "cli": _("commands"),
        "middleware": _("a part in every request"),
        "egress": _("connections to other hosts"),
        "health": _("health checks"),
        "setup": _("steps of the set-up"),
    }


def left_to_the_operator() -> str:
    """Why nothing can be changed from here."""
    return _("The operator of this server leaves that to the command line.")


def say(error: DihyaError) -> str:
    """What stands against a change; the exact words of the core where there are no others."""
    said = error.params
    if error.code == "under-way":
        if not said.get("who"):
            return _("Another change of the plugins is under way; wait until it has ended.")
        return _("%(who)s is at it (%(work)s); wait until that has ended.", who=said["who"], work=said["work"])
    if error.code == "required" and "reason" in said:
        return str(said["reason"])
    if error.code == "required-by":
        return _("%(others)s cannot do without it; uninstall that first.", others=said["others"])
    if error.code == "referred-to":
        return _("Tables of others refer to its own: %(others)s; purge these first.", others=said["others"])
    return {
        "not-running": _("It does not run, so that its tables are not known; enable it first."),
        "forbidden": left_to_the_operator(),
        "no-arrival": _("What waited here is not there any more; bring it in again."),
        "elsewhere": _("It does not lie in the server’s own environment; who installed it there takes it out there."),
        "no-wheel": _("Choose a wheel, such as dihya_notes-1.0-py3-none-any.whl, or the ZIP of a plugin."),
    }.get(error.code, error.message)
