"""What happened to plugins goes into the log, and is told to the others."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dihya_hookspecs.access import SYSTEM

if TYPE_CHECKING:
    from dihya_core.data.acts import RuntimeActs
    from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")


def announce(acts: RuntimeActs, runtime: Runtime) -> None:
    """Audit what happened to plugins since the last time, and tell ``on_plugin_state``."""
    pending_changes, runtime.pending_changes = runtime.pending_changes, []
    if not pending_changes:
        return
    try:
        with acts.open("core.plugin_state", actor=SYSTEM) as act:
            for change in pending_changes:
                act.record("core.plugin_state", object=f"plugin:{change.plugin}", state=change.state)
                runtime.call("on_plugin_state", change=change)
    except Exception as error:
        log.error(
            "a plugin's change of state could not be audited: %s", type(error).__name__, exc_info=runtime.core.debug
        )
