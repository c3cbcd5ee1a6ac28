"""A plugin in a running application, and how it fares."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs.app import PluginInfo, State, Trouble
from dihya_hookspecs.inspecting import Judgement

from dihya_core.loading.discovery import Candidate


@dataclass(slots=True)
class LoadedPlugin:
    """A plugin and how it fares."""

    candidate: Candidate
    state: State = "disabled"
    reason: str = ""
    milliseconds: float = 0.0
    hooks: tuple[str, ...] = ()
    settings: Any = None
    judgement: Judgement | None = None

    def module(self) -> object:
        """Return the plugin's face, imported."""
        item = self.candidate
        return item.module if item.module is not None else importlib.import_module(item.package)

    def info(self, tripped: str | None = None, troubles: Sequence[Trouble] = ()) -> PluginInfo:
        """Return what the others may know of it."""
        item = self.candidate
        state, reason = self.state, self.reason
        if tripped is not None and state == "active":
            state, reason = "tripped", tripped
        return PluginInfo(
            item.name, item.version, item.summary, state, item.package, reason, round(self.milliseconds, 2), self.hooks,
            item.requires, item.before, item.after, tuple(troubles) if state == "active" else (), self.judgement,
        )  # fmt: skip
