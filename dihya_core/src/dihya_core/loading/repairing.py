"""What a process before left half done is seen to before any plugin is imported."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pkgutil import resolve_name

from dihya_hookspecs import DihyaError

from dihya_core.hooks.containment import described
from dihya_core.loading.loader import verdict
from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")


def repair(runtime: Runtime, overrides: Sequence[str] = ()) -> list[str]:
    """Let plugins finish or undo what a process before left half done; return what each did, in a sentence.

    They name the function in their metadata (``dihya.repair``), and it is called before any plugin is imported, since what
    is installed may be half a plugin. It takes the application, of which nothing is loaded, and the overrides of the command.

    Raises:
        DihyaError: it cannot be done, and somebody has to see to it.
    """
    said = []
    for name, loaded in runtime.plugins.items():
        if loaded.candidate.repair and verdict(runtime, loaded.candidate)[0] == "active":
            try:
                said.append(resolve_name(loaded.candidate.repair)(runtime, overrides))
            except DihyaError:
                raise
            except Exception as error:  # the plugin is broken, which is found and said when it is loaded
                log.error("plugin %r cannot repair anything: %s", name, described(error, loaded.candidate.package))
    return [sentence for sentence in said if sentence]
