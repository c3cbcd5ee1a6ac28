"""Lines about what happens in the application itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dihya_hookspecs.app import PluginChange

log = logging.getLogger("dihya.logs")


def note_state(change: PluginChange) -> None:
    """A warning for a plugin that was taken out, a plain line for one that is back."""
    level = logging.INFO if change.state == "active" else logging.WARNING
    log.log(level, "plugin %s is %s: %s", change.plugin, change.state, change.reason or "no reason given")
