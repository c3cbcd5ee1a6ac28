"""What a plugin's files say of it, in the reader's words: before it is installed, and of an installed one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import pgettext
from dihya_hookspecs.inspecting import Part, Portrait, Undecided
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Response

from . import installing_words
from .permissions import PLUGINS
from .plugin_pages import installing, kept_of, known, may_install, outlook, removal


@requires(PLUGINS)
def portrait(name: str) -> Response:
    """Show what the files of an installed plugin say, and whether they are what was installed."""
    info, found = known(name), installing()
    if found is None:
        raise NotFound(_("Nobody here reads the files of plugins; the operator installs dihya-plugins for that."))
    try:
        said, problem = found.portrait(name), ""
    except DihyaError as error:
        if error.status >= 500:
            raise
        said, problem = None, installing_words.say(error)
    return get(Layout).page(
        "console/portrait.html", title=_("What the files of %(name)s say", name=name), plugin=info, portrait=said,
        problem=problem, groups=grouped(said.parts) if said else [], words=_words(), may_install=may_install(),
        removal=removal(name, outlook(name)), kept=kept_of(name),
    )  # fmt: skip


def preview(found: Portrait) -> dict[str, object]:
    """Return what the page of an arrival shows besides: all that is new, and what an upgrade takes away."""
    return {
        "portrait": found, "groups": grouped(found.gains if found.before else found.parts), "losses": grouped(found.loses),
        "portraits": _words(),
    }  # fmt: skip


def grouped(parts: Iterable[Part]) -> list[tuple[str, list[Part]]]:
    """Return parts by kind, what matters most to people first."""
    order = list(kinds())
    listed = sorted(parts, key=lambda part: (order.index(part.kind), part.name))
    return [(kind, list(found)) for kind, found in groupby(listed, key=lambda part: str(part.kind))]


def kinds() -> Mapping[str, str]:
    """What the kinds of parts are called."""
    return {
        "personal": _("Data about people"),
        "permission": _("Permissions, and who gets them"),
        "host": _("Hosts that it may call"),
        "reach": _("Libraries that reach out"),
        "table": _("Tables"),
        "role": _("Roles"),
        "address": _("Addresses"),
        "page": _("Entries of the menu"),
        "slot": _("On pages of others"),
        "setting": _("Settings"),
        "command": _("Commands"),
        "task": _("Background tasks"),
        "recurring": _("Recurring work"),
        "subscription": _("Events that it listens to"),
        "step": _("In every request"),
        "policy": _("Rules that refuse"),
        "key": _("Keys"),
        "hook": _("Hooks"),
    }


def facts(part: Part) -> Sequence[str]:
    """What a part says of itself, a few words each; what is of no use to people is left out."""
    return [said for word, value in part.facts if (said := _fact(word, str(value)))]


def _fact(word: str, value: str) -> str:
    reaches = {"network": _("talks to the network"), "processes": _("starts processes"), "code": _("builds code")}
    return {
        "roles": _("for %(roles)s", roles=value),
        "permission": _("asks for %(permission)s", permission=value),
        "public": _("open to everybody"),
        "category": value,
        "purpose": _("purpose: %(purpose)s", purpose=value),
        "basis": _("basis: %(basis)s", basis=value),
        "retention": _("kept: %(time)s", time=value),
        "secret": pgettext("data", "never shown"),
        "country": _("country: %(country)s", country=value),
        "data": _("may receive %(data)s", data=value),
        "private": _("also in a private network"),
        "default": _("default %(value)s", value=value),
        "made by": _("made by a migration alone"),
        "for": reaches.get(value, value),
    }.get(word, "")


def undecided(one: Undecided) -> str:
    """Return what shows only when it runs, and where that is decided."""
    return f"{one.what} – {one.place}"


def columns() -> Mapping[str, str]:
    """What the columns of a statement are called."""
    return {
        "security": _("Security"), "privacy": _("Privacy"), "audit": _("Audit"), "extensible": _("Extensible"),
        "tests": _("Tests"), "docs": _("Documentation"), "monitored": _("Monitored"), "accessible": _("Accessible"),
        "cicd": "CI/CD",
    }  # fmt: skip


def _words() -> dict[str, object]:
    return {"kinds": kinds(), "facts": facts, "undecided": undecided, "columns": columns()}
