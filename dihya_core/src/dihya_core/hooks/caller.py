"""Hooks: pluggy finds and orders the implementations; here each call is compiled, guarded, counted and timed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from time import perf_counter
from types import ModuleType
from typing import Any

import dihya_hookspecs
import pluggy
from dihya_hookspecs import DihyaError, Incomplete, Refused

from dihya_core.hooks.calling import Face, flat, nothing, positional
from dihya_core.hooks.checking import (
    checked,
    ensure_fits,
    ensure_in_order,
    explained,
    implementations,
    optional,
    outdated,
    unknown,
)
from dihya_core.hooks.containment import PluginFault, contained, left
from dihya_core.hooks.monitor import HookMonitor, Record
from dihya_core.hooks.specification import Hook, domains, ensure_publishable, specified
from dihya_core.loading import conventions
from dihya_core.observation import Observations

log = logging.getLogger("dihya.core")
FAILED = object()


class HookCaller:
    """Registers plugins and calls their hooks.

    Args:
        failed: told of every failure that a hook's policy isolates, as (plugin, hook, error).
        monitor: counts and times every call.

    Attributes:
        states: tells plugin → its state, of those that are installed.
        may_lead: tells whether a plugin may ask to be the first in a guard, whatever the order of the plugins.
    """

    def __init__(
        self, failed: Callable[[str, str, BaseException], None] | None = None, monitor: HookMonitor | None = None
    ) -> None:
        self.monitor = monitor or HookMonitor()
        self.observations = Observations(self.monitor, failed or (lambda plugin, hook, error: None))
        self.manager = pluggy.PluginManager(dihya_hookspecs.NAME)
        self.hooks: dict[str, Hook] = {}
        self.states: Callable[[], Mapping[str, str]] = dict
        self.may_lead: Callable[[str], bool] = lambda plugin: True
        self.outdated: dict[str, list[str]] = {}
        self._failed = failed or (lambda plugin, hook, error: None)
        self._silent: set[str] = set()
        for module in domains():
            self._add(list(specified(module)))

    def publish(self, plugin: str, source: object) -> tuple[str, ...]:
        """Add the hooks that a plugin publishes, and return their names. Raises PluginFault and adds nothing."""
        found = list(specified(source, plugin))
        for hook in found:
            ensure_publishable(hook, self.hooks)
        self._add(found)
        return tuple(hook.name for hook in found)

    def check(self, plugin: str, face: object) -> dict[str, Callable[..., Any]]:
        """Return what a plugin implements, hook → function. Raises PluginFault when one of them cannot be called."""
        found = dict[str, Callable[..., Any]]()
        for name, function in implementations(face):
            hook = self.hooks.get(name)
            if hook is not None:
                ensure_fits(plugin, hook, function)
                if not self.may_lead(plugin):
                    ensure_in_order(plugin, hook, function)
                found[name] = function
            elif not optional(function):
                raise unknown(plugin, name, function, self.hooks, self.states())
        found |= dict(self._declared(plugin, face, found.keys()))
        self.outdated[plugin] = [said for name in found for said in outdated(plugin, self.hooks[name], found[name])]
        return found

    def register(self, name: str, face: object, found: dict[str, Callable[..., Any]] | None = None) -> tuple[str, ...]:
        """Register a plugin and return the hooks that it implements. Raises PluginFault and registers nothing.

        Args:
            found: what ``check`` returned, where nothing was published or taken away since.
        """
        found = self.check(name, face) if found is None else found
        try:
            self.manager.register(Face(found), name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginFault(str(error)) from None
        return tuple(found)

    def misspelt(self, plugin: object, implemented: Sequence[str]) -> list[str]:
        """Return a sentence for each file or name of a plugin that nobody reads, and that is nearly one that is read."""
        hooks = {hook.name: hook.policy.found for hook in self.hooks.values()}
        return list(dict.fromkeys(conventions.misspelt(plugin, hooks, implemented)))

    def _add(self, found: Sequence[Hook]) -> None:
        if found:
            module = ModuleType("specifications")
            vars(module).update({hook.name: hook.function for hook in found})
            self.manager.add_hookspecs(module)
        self.hooks |= {hook.name: hook for hook in found}

    def _declared(self, plugin: str, face: object, implemented: Container[str]) -> Iterator[tuple[str, Any]]:
        """Yield (hook, function) for what stands in files of its own. Raises PluginFault for what is said twice."""
        folder = conventions.package_folder(face)
        files = conventions.files_of(folder) if folder else {}
        for hook in self.hooks.values():
            if hook.policy.found and (places := conventions.filled(face, hook.policy.found, files)):
                if hook.name in implemented:
                    said = " and ".join(map(str, places))
                    raise PluginFault(
                        f"plugin {plugin!r} has {said}, and implements {hook.name!r} too; keep one of them"
                    )
                yield hook.name, dihya_hookspecs.hookimpl(conventions.reader(face, places))

    def unregister(self, name: str) -> None:
        """Forget a plugin: it is not called any more, nor are the hooks that it publishes."""
        self.hooks = {key: hook for key, hook in self.hooks.items() if hook.owner != name}
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)
        self.freeze()

    def silence(self, names: set[str]) -> None:
        """Leave these plugins out of every hook that may go without them; guards and the audit still ask them."""
        self._silent = set(names)
        self.freeze()

    def silent(self, plugin: str) -> bool:
        """Tell whether a plugin is left out where one may go without it."""
        return plugin in self._silent

    def freeze(self) -> None:
        """Compile every hook from what is registered now."""
        for hook in self.hooks.values():
            found = []
            for item in reversed(getattr(self.manager.hook, hook.name).get_hookimpls()):
                if item.plugin_name in self._silent and hook.policy.on_error in ("isolate", "next"):
                    continue
                found.append((item.plugin_name, positional(item.function, hook.arguments)))
            hook.implementations = tuple(found)
            hook.watched = tuple(
                (
                    self.monitor.record(plugin, hook.name, hook.policy.budget_ms),
                    self.observations.wrapped(hook.name, plugin, function),
                )
                for plugin, function in found
            )
            hook.call = getattr(self, f"_{hook.policy.kind}")(hook) if found else None

    def reordered(self, order: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield (hook, plugins as they are called) for each hook that is not called in *order*."""
        places = {name: place for place, name in enumerate(order)}
        for hook in sorted(self.hooks.values(), key=lambda one: one.name):
            names = list(dict.fromkeys(name for name, _ in hook.implementations))
            if names != sorted(names, key=lambda name: places.get(name, -1)):
                yield hook.name, names

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Call a hook by keyword, as ``dihya_hookspecs.app.Hooks`` promises."""
        hook = self.hooks.get(name)
        if hook is None:
            raise LookupError(f"no hook is named {name!r}; {explained(name, self.hooks, self.states())}")
        if arguments.keys() != set(hook.arguments):
            raise TypeError(
                f"hook {name!r} is called with {', '.join(hook.arguments)}, not with {', '.join(arguments)}"
            )
        if hook.call is None:
            return nothing(hook, arguments)
        return hook.call(*[arguments[argument] for argument in hook.arguments])

    def collect_each(self, name: str, seconds: float, **arguments: Any) -> Iterator[tuple[str, Any, Exception | None]]:
        """Call a start-up hook and yield (plugin, answers as a list, error) so that the caller can quarantine."""
        hook = self.hooks[name]
        values = [arguments[argument] for argument in hook.arguments]

        def answers(record: Record, function: Callable[..., Any]) -> list[Any]:
            return flat(checked(hook, record.plugin, function, function(*values)))

        for record, function in hook.watched:
            start = perf_counter()
            record.calls += 1
            try:
                found = contained(answers, record, function, seconds=seconds)
            except Exception as error:
                yield record.plugin, [], error
            else:
                yield record.plugin, found, None
            if (took := perf_counter() - start) > hook.budget:
                self.monitor.slow(record, took)

    def _each(self, hook: Hook) -> list[tuple[str, Callable[..., Any]]]:
        """Return the implementations, each guarded, counted and timed; one that fails answers FAILED."""
        return [(record.plugin, self._guarded(hook, record, function)) for record, function in hook.watched]

    def _guarded(self, hook: Hook, record: Record, function: Callable[..., Any]) -> Callable[..., Any]:
        clock, budget, slow, fail = perf_counter, hook.budget, self.monitor.slow, self._fail
        typed = hook.policy.result is not None

        def guarded(values: tuple[Any, ...]) -> Any:
            record.calls += 1
            then = clock()
            try:
                answer = function(*values)
                if typed and answer is not None:
                    checked(hook, record.plugin, function, answer)
            except BaseException as error:
                answer = fail(hook, record, error)
            if (took := clock() - then) > budget:
                slow(record, took)
            return answer

        return guarded

    def _collect(self, hook: Hook) -> Callable[..., Any]:
        each, incomplete = self._each(hook), hook.policy.on_error == "incomplete"

        def collect(*values: Any) -> list[tuple[str, Any]]:
            found: list[tuple[str, Any]] = []
            for plugin, function in each:
                answer = function(values)
                if answer is not FAILED:
                    found += [(plugin, item) for item in flat(answer)]
                elif incomplete:
                    found.append((plugin, Incomplete(plugin, self.monitor.record(plugin, hook.name).error)))
            return found

        return collect

    def _first(self, hook: Hook) -> Callable[..., Any]:
        each = self._each(hook)

        def first(*values: Any) -> tuple[str, Any] | None:
            for plugin, function in each:
                answer = function(values)
                if answer is not None and answer is not FAILED:
                    return plugin, answer
            return None

        return first

    def _veto(self, hook: Hook) -> Callable[..., Any]:
        each = self._each(hook)

        def veto(*values: Any) -> list[tuple[str, Any]]:
            found = [(plugin, function(values)) for plugin, function in each]
            return [pair for pair in found if pair[1] is not None and pair[1] is not FAILED]

        return veto

    def _notify(self, hook: Hook) -> Callable[..., Any]:
        functions = tuple(function for _, function in self._each(hook))

        def notify(*values: Any) -> None:
            for function in functions:
                function(values)

        return notify

    def _transform(self, hook: Hook) -> Callable[..., Any]:
        each = self._each(hook)

        def transform(value: Any, *others: Any) -> Any:
            kind = type(value)
            for _, function in each:
                answer = function((value, *others))
                value = value if answer is None or answer is FAILED else answer
                if not isinstance(value, kind):
                    return value  # a Denial ends the chain
            return value

        return transform

    def _fail(self, hook: Hook, record: Record, error: BaseException) -> object:
        """Do what the hook's policy says: raise, or remember and return FAILED. A guard is counted like any other."""
        policy = hook.policy.on_error
        if policy in ("abort", "deny") and isinstance(error, DihyaError) and error.status < 500:
            raise error  # an answer, not a failure
        closed = {"abort": "what it was asked about is undone", "deny": "refused"}.get(policy, policy)
        self.monitor.failed(record, error, closed)
        if policy == "abort":
            raise left(error)
        if policy == "deny":
            if isinstance(error, DihyaError):
                raise error
            raise Refused(
                f"plugin {record.plugin!r} could not decide in {hook.name!r}, so the act is refused", code="undecided"
            ) from error
        self._failed(record.plugin, hook.name, error)
        return FAILED
