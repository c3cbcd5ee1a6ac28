"""How an installed plugin fares: its state, what troubles it, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .i18n import Text
    from .inspecting import Judgement

State = Literal["active", "disabled", "quarantined", "incompatible", "missing requirement", "tripped"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A hook of an active plugin that does not do as it should.

    Attributes:
        count, calls: so many of the last so many calls.
        detail: type and place of the last error, or how long the last slow call took; no words of the error.
        machine: which other machine on the same database saw it; empty for this one.
    """

    kind: Literal["failing", "slow"]
    hook: str
    count: int
    calls: int
    detail: str = ""
    machine: str = ""

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        place = f", seen on {self.machine}" if self.machine else ""
        return f"{self.kind}: {self.count} of the last {self.calls} calls of {self.hook}{detail}{place}"


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One installed plugin: read from its metadata, so that a broken one is seen too.

    Attributes:
        reason: why it is not active; empty when it is.
        milliseconds: what importing and registering it took.
        hooks: the hooks that it implements.
        package: its import package; code is read from here only when the plugin is active.
        troubles: which of its hooks fail or are slow, in this process, in others on the same data folder, and on other machines.
        judgement: whether its files are what they were, and what is known against its version; None where nobody looked.
    """

    name: str
    version: str
    summary: str
    state: State
    package: str
    reason: str = ""
    milliseconds: float = 0.0
    hooks: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True)
class PluginChange:
    """A plugin changed its state while the application was running or starting."""

    plugin: str
    state: State
    reason: str
    previous: State | None = None


@dataclass(frozen=True, slots=True)
class BreakerState:
    """Whether a plugin is left out because it kept failing; of two states the later one holds.

    Attributes:
        at: seconds since 1970; later than the state that it follows.
    """

    plugin: str
    tripped: bool
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may be done with a plugin, and what becomes of it.

    Attributes:
        pending: its state from the next start on, where the configuration file says another one than now.
        locked: why it cannot be switched off without further words.
        dependents: active plugins that require it, or use a service that it provides.
    """

    pending: Literal["", "active", "disabled"] = ""
    locked: Text | None = None
    dependents: tuple[str, ...] = ()
