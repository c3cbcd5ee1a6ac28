"""One plugin: how it fares, what it brings, and what may be done with it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Outlook, PluginInfo, Plugins
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.installing import Installing, Kept
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Response

from . import installing_words as words
from .permissions import INSTALL, PLUGINS


@dataclass(frozen=True, slots=True)
class Removal:
    """Whether a plugin can be taken out, and if not, why."""

    allowed: bool = False
    reason: str = ""


def installing() -> Installing | None:
    """Return who brings plugins in and takes them out; None where no plugin does, and all that is left to the command line."""
    return get(Installing) if get(Plugins).provides(Installing) else None


def may_change() -> bool:
    """Tell whether plugins may be changed from here at all."""
    found = installing()
    return found is not None and found.sources().changes


def may_install() -> bool:
    """Tell whether who acts may change which plugins are there, and the operator lets them."""
    return bool(get(Access).decide(current().actor, INSTALL)) and may_change()


def kept_of(name: str) -> Kept | None:
    """Return the version to which undoing leads back."""
    found = installing()
    return next((one for one in found.kept() if one.name == name), None) if found else None


def removal(name: str, outlook: Outlook) -> Removal:
    """Return whether the plugin can be taken out here."""
    if outlook.locked:
        return Removal(reason=str(outlook.locked))
    found = installing()
    if found is None:
        return Removal(reason=words.left_to_the_operator())
    try:
        found.removable(name)
    except DihyaError as error:
        return Removal(reason=words.say(error))
    return Removal(True)


@requires(PLUGINS)
def plugin(name: str) -> Response:
    """Show one plugin."""
    info, future, found = known(name), outlook(name), installing()
    return get(Layout).page(
        "console/plugin.html", title=name, plugin=info, outlook=future, required_by=required_by(info),
        brings=words.grouped(found.belongings(name)) if found else None, words=words, may_install=may_install(),
        removal=removal(name, future), kept=kept_of(name), may_switch=may_change(),
    )  # fmt: skip


def required_by(info: PluginInfo) -> list[str]:
    """Return the plugins that name it among their requirements."""
    return [other.name for other in get(Plugins).all() if info.name in other.requires]


def outlook(name: str) -> Outlook:
    """What the core says of the plugin; besides, nobody takes away the page on which they stand."""
    found = get(Plugins).outlook(name)
    if found.locked is None and name == __package__.removeprefix("dihya_"):
        here = Text(
            "this page is part of it; it is switched off by 'dihya plugins disable'",
            "cette page en fait partie ; il se désactive par « dihya plugins disable »",
        )
        return replace(found, locked=here)
    return found


def known(name: str) -> PluginInfo:
    """Return an installed plugin. Raises NotFound, with the name that is meant, where there is one."""
    known = {info.name: info for info in get(Plugins).all()}
    if name not in known:
        close = difflib.get_close_matches(name, known, 1)
        raise NotFound(f"no plugin {name!r} is installed" + (f"; did you mean {close[0]!r}?" if close else ""))
    return known[name]
