"""The application: configuration, plugins, hooks and services together, before and without Flask."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.app import Outlook, PluginChange, PluginInfo
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import Configured

from dihya_core import lifecycle
from dihya_core.app_info import AppInfoFactory
from dihya_core.data import tables
from dihya_core.hooks.caller import HookCaller
from dihya_core.hooks.circuit_breaker import CircuitBreaker
from dihya_core.hooks.containment import PluginFault, described
from dihya_core.loading import required
from dihya_core.loading.dependents import dependents
from dihya_core.loading.loaded import LoadedPlugin
from dihya_core.loading.memory import remember, remembered
from dihya_core.loading.ownership import Ownership
from dihya_core.settings import distributed
from dihya_core.settings import toggles as switches
from dihya_core.settings.configuration import Configuration, suggest
from dihya_core.settings.core_settings import TRUST, Core, Toggles
from dihya_core.settings.toggles import Below

if TYPE_CHECKING:
    from dihya_hookspecs.slots import TimeBudget
    from pydantic import BaseModel

    from dihya_core.data.acts import RuntimeActs
    from dihya_core.lifecycle import Mode, Phase

log = logging.getLogger("dihya.core")
_T = TypeVar("_T")


@dataclass(slots=True)
class Runtime:
    """Loaded plugins and what they collected; implements the contract's ``Plugins`` and ``Hooks``."""

    configuration: Configuration
    core: Core
    switches: Toggles
    data: Path
    hook_caller: HookCaller
    breaker: CircuitBreaker
    plugins: dict[str, LoadedPlugin]
    order: list[str]
    safe_mode: bool = False
    serving: bool = False
    frozen: dict[str, tuple[tuple[str, Any], ...]] = field(default_factory=dict)
    modelled: bool = False
    _once: dict[str, RLock] = field(default_factory=dict)
    phase: Phase = "new"
    pending_changes: list[PluginChange] = field(default_factory=list)
    forget: list[Callable[[str], None]] = field(default_factory=list)
    names: Ownership = field(init=False)
    app_info: AppInfoFactory = field(init=False)
    known_before: list[str] = field(init=False)
    _taken: dict[str, str] | None = None
    at_start: Callable[[str], bool] = field(init=False)
    _below: Below = field(init=False)
    providers: dict[type, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known_before = remembered(self.data)
        self.app_info = AppInfoFactory(self)
        self._below = distributed.switches(self.configuration)
        self.at_start = switches.runner(self.configuration.file, self._below)
        self.names = Ownership(self.rank, lambda name: self.plugins[name].candidate.requires, self._permissions)
        self.forget.append(self.names.forget)

    def all(self) -> Sequence[PluginInfo]:
        """Every installed plugin, in calling order, the inactive ones last."""
        names = [*self.order, *sorted(self.plugins.keys() - set(self.order))]
        troubles = self.hook_caller.monitor.troubles()
        infos = [self.plugins[name].info(self.breaker.reasons.get(name), troubles.get(name, ())) for name in names]
        return sorted(infos, key=lambda info: info.state not in ("active", "tripped"))

    def active(self) -> list[PluginInfo]:
        """The plugins that are called, in calling order."""
        return [info for info in self.all() if info.state in ("active", "tripped")]

    def enable(self, name: str) -> None:
        """Enable in the configuration file, from the next start on."""
        if name not in self.switches.disable:  # a plugin that is gone may be taken off the list
            self.ensure_known(name)
        distributed.ensure_free(self.configuration)
        switches.enable(self.configuration.file, name, self._below)

    def disable(self, name: str, *, accept_loss: bool = False) -> None:
        """Disable in the configuration file, from the next start on."""
        if name not in self.switches.disable:  # what is gone, and stands there, is switched off already
            self.ensure_known(name)
        distributed.ensure_free(self.configuration)
        if not accept_loss and (reason := self.locked(name)):
            raise Invalid(reason.en, code="required", status=409, params={"reason": str(reason)})
        if name in self.switches.required:
            raise Invalid(required.listed(name).en, code="required", status=409)
        switches.disable(self.configuration.file, name, self._below, accept_loss=accept_loss and name in TRUST)

    def taken(self) -> dict[str, str]:
        """Return the names that a new plugin cannot have, and what bears each."""
        from dihya_core.loading.reserved_names import taken_names

        if self._taken is None:
            self._taken = taken_names(self)
        return self._taken

    def provides(self, service: type) -> bool:
        """Whether an active plugin provides a service."""
        return service in self.providers

    def outlook(self, name: str) -> Outlook:
        """What may be done with a plugin, what else that touches, and what the next start makes of it."""
        self.ensure_known(name)
        now, then = self.at_start(name), switches.runner(self.configuration.file, self._below)(name)
        pending: Literal["", "active", "disabled"] = "" if now == then else "active" if then else "disabled"
        return Outlook(pending, self.locked(name), dependents(self, name))

    def locked(self, name: str) -> Text | None:
        """Return why a plugin cannot be switched off without further words, or None."""
        return distributed.locks_plugins(self.configuration) or required.locked(self.switches, name)

    def required(self, name: str) -> bool:
        """Tell whether nothing is served without this plugin."""
        return required.required(self.switches, name)

    def rearm(self, name: str) -> None:
        """Let a tripped plugin be called again, at once."""
        self.ensure_known(name)
        if self.breaker.rearm(name):
            self.tell(PluginChange(name, "active", "re-armed", "tripped"))

    def configured(self) -> dict[str, Configured]:
        """The settings of the active plugins that have some, as the operator and the defaults say them."""
        return {
            name: self._configured(name, settings)
            for name in self.order
            if self.plugins[name].state == "active" and (settings := self.plugins[name].settings) is not None
        }

    def _configured(self, section: str, settings: BaseModel) -> Configured:
        found = self.configuration
        return Configured(settings, found.plain(section), found.said(section), found.free(section))

    def core_settings(self) -> dict[str, Configured]:
        """The core's own sections, as the operator and the defaults say them."""
        own: dict[str, BaseModel] = {"dihya": self.core, "plugins": self.switches}
        return {name: self._configured(name, settings) for name, settings in own.items()}

    def collected(self, hook: str) -> Sequence[tuple[str, Any]]:
        """The frozen answers of a ``register_*`` hook; a plugin that fails in it is quarantined."""
        if (found := self.frozen.get(hook)) is not None:
            return found
        with self._once.setdefault(hook, RLock()):  # a second thread would find every name taken, by the first
            if hook not in self.frozen:
                self.frozen[hook] = tuple(self._collect(hook))
            return self.frozen[hook]

    def published(self) -> dict[str, list[Callable[..., Any]]]:
        """The hooks that plugins publish themselves, by plugin."""
        found: dict[str, list[Callable[..., Any]]] = {}
        for hook in self.hook_caller.hooks.values():
            if hook.owner and hook.function is not None:
                found.setdefault(hook.owner, []).append(hook.function)
        return found

    def start(self, acts: RuntimeActs, mode: Mode) -> bool:
        """Start what was loaded, as the mode needs it; return True when a plugin was taken out for it."""
        return lifecycle.start(self, acts, mode)

    def stop(self, acts: RuntimeActs) -> None:
        """Tell the plugins that the application ends."""
        lifecycle.stop(self, acts)

    def models(self) -> None:
        """Import the tables of every active plugin, so that the metadata is whole."""
        if not self.modelled:
            with self._once.setdefault("models", RLock()):
                if not self.modelled:
                    tables.gather(self)
                    self.modelled = True

    def _permissions(self) -> set[str]:
        return {item.name for _, item in self.collected("register_permissions")}

    def rank(self, name: str) -> tuple[object, ...]:
        """Seniority: of two plugins that want one name, the one with the lower rank keeps it.

        The plugins that the security promises stand on come first, then those that were here at an earlier start, in the
        order in which they came; among newcomers the one that was installed first, and last the calling order.
        """
        known_before = self.known_before.index(name) if name in self.known_before else inf
        here = self.order.index(name) if name in self.order else inf
        return name not in TRUST, known_before, self.plugins[name].candidate.since, here, name

    def misspelt(self) -> list[tuple[str, str]]:
        """Return (plugin, sentence) for each file or name that nobody reads and that is nearly one that is read."""
        loaded = [self.plugins[name] for name in self.order if self.plugins[name].state == "active"]
        return [
            (item.candidate.name, said)
            for item in loaded
            for said in self.hook_caller.misspelt(item.module(), item.hooks)
        ]

    def remember(self) -> None:
        """Write down who is here; whoever comes later takes no name of theirs."""
        kept = [n for n, one in self.plugins.items() if one.state in ("active", "disabled") or n in self.known_before]
        remember(self.data, sorted(kept, key=self.rank))

    def observe(self) -> None:
        """Tell the plugins' observers of everything from now on."""
        self.hook_caller.observations.set(self.collected("register_observers"))
        self.hook_caller.freeze()

    def call(self, hook: str, /, **arguments: Any) -> Any:
        """Call a hook."""
        return self.hook_caller.call(hook, **arguments)

    def guarded(
        self,
        plugin: str,
        what: str,
        function: Callable[[], _T],
        budget_ms: float = 100.0,
        within: TimeBudget | None = None,
    ) -> _T | None:
        """Call a function that a plugin declared; None where it fails."""
        from dihya_core.hooks.declared import guarded

        return guarded(self.hook_caller, plugin, what, function, budget_ms, within)

    def quarantine_for(self, name: str, doing: str, error: Exception) -> None:
        """Quarantine a plugin for an error; its words are left to the log, since they may quote a secret."""
        log.debug("traceback of %r", name, exc_info=error)
        self.quarantine(name, doing + described(error, self.plugins[name].candidate.package))

    def quarantine(self, name: str, reason: str) -> None:
        """Take a plugin out. Raises Invalid when the configuration requires it."""
        loaded = self.plugins[name]
        loaded.state, loaded.reason = "quarantined", reason
        log.error("plugin %r is quarantined: %s", name, reason)
        self.hook_caller.unregister(name)
        for hook, answers in self.frozen.items():
            self.frozen[hook] = tuple(pair for pair in answers if pair[0] != name)
        for forget in self.forget:
            forget(name)
        if "register_observers" in self.frozen:
            self.observe()
        self._taken = None
        self.ensure_dispensable(name)
        self.tell(PluginChange(name, "quarantined", reason, "active"))

    def failed(self, plugin: str, hook: str, error: BaseException) -> None:
        """Count a failure; trip the plugin when there were too many."""
        reason = f"failed {self.core.trip_after} times within a minute, last in {hook}: {type(error).__name__}"
        if self.breaker.failed(plugin, reason):
            self.tell(PluginChange(plugin, "tripped", reason, "active"))

    def tell(self, change: PluginChange) -> None:
        """Keep a change of state until the next act can announce and audit it."""
        self.pending_changes.append(change)

    def refresh(self) -> None:
        """Follow what another process tripped or re-armed, and tell it what fails or is slow here."""
        self.hook_caller.monitor.publish()
        self.breaker.refresh()

    def _collect(self, hook: str) -> Iterable[tuple[str, Any]]:
        found: dict[str, list[Any]] = {}
        for plugin, answers, error in self.hook_caller.collect_each(hook, self.core.start_seconds):
            if error is not None:
                lifecycle.refuse_answers(self, hook, plugin, error, f"failed in {hook}: ")
            else:
                found[plugin] = answers
        for plugin, fault in self.names.judge(hook, found).items():
            del found[plugin]
            lifecycle.refuse_answers(self, hook, plugin, PluginFault(fault))
        return [(plugin, answer) for plugin, answers in found.items() for answer in answers]

    def ensure_dispensable(self, name: str) -> None:
        """Raise Invalid when a plugin cannot run without which nothing is served."""
        required.ensure_dispensable(self.switches, name, self.plugins[name].reason)

    def ensure_known(self, name: str) -> None:
        """Raise NotFound, with a suggestion, when no such plugin is installed."""
        if name not in self.plugins:
            raise NotFound(f"no plugin {name!r} is installed; {suggest(name, self.plugins)}")
