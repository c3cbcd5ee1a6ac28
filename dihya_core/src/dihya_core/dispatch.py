"""Hooks: pluggy finds and orders the implementations; here each call is compiled, guarded and timed."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from operator import itemgetter
from time import perf_counter
from types import ModuleType
from typing import Any

import dihya_hookspecs
import pluggy
from dihya_hookspecs import Incomplete, Policy, Refused

log = logging.getLogger("dihya.core")
SAMPLE = 64  # one hot call in so many is timed


class PluginFault(Exception):
    """A plugin breaks the contract; the message says which hook, where, and what to write instead."""


@dataclass(slots=True)
class Timing:
    """How often one plugin's implementation of one hook was measured, and for how long."""

    calls: int = 0
    total_ms: float = 0.0
    max_ms: float = 0.0
    warned: bool = False


@dataclass(slots=True)
class Hook:
    """One hook: what it promises, and the implementations in calling order."""

    name: str
    policy: Policy
    arguments: tuple[str, ...]
    implementations: tuple[tuple[str, Callable[..., Any]], ...] = ()
    call: Callable[..., Any] | None = None
    timings: dict[str, Timing] = field(default_factory=dict)


class Dispatcher:
    """Registers plugins and calls their hooks.

    Args:
        failed: told of every failure that a hook's policy isolates, as (plugin, hook, error).
    """

    def __init__(self, failed: Callable[[str, str, Exception], None] | None = None) -> None:
        self.manager = pluggy.PluginManager(dihya_hookspecs.NAME)
        self.hooks: dict[str, Hook] = {}
        self._failed = failed or (lambda plugin, hook, error: None)
        self._silent: set[str] = set()
        for module in domains():
            self.manager.add_hookspecs(module)
            for name, function in vars(module).items():
                if policy := getattr(function, "dihya_policy", None):
                    self.hooks[name] = Hook(name, policy, tuple(inspect.signature(function).parameters))

    def register(self, name: str, plugin: object) -> tuple[str, ...]:
        """Register a plugin and return the hooks that it implements. Raises PluginFault and registers nothing."""
        found = list(implementations(plugin))
        for hook, function in found:
            self._check(name, hook, function)
        try:
            self.manager.register(plugin, name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginFault(str(error)) from error
        return tuple(hook for hook, _ in found)

    def unregister(self, name: str) -> None:
        """Forget a plugin; it is not called any more."""
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)
        self.freeze()

    def silence(self, names: set[str]) -> None:
        """Leave these plugins out of every hook that may go without them; guards and the audit still ask them."""
        self._silent = set(names)
        self.freeze()

    def freeze(self) -> None:
        """Compile every hook from what is registered now."""
        for hook in self.hooks.values():
            found = []
            for item in reversed(getattr(self.manager.hook, hook.name).get_hookimpls()):
                if item.plugin_name in self._silent and hook.policy.on_error in ("isolate", "next"):
                    continue
                found.append((item.plugin_name, _positional(item.function, hook.arguments)))
            hook.implementations = tuple(found)
            hook.call = self._compiled(hook) if found else None

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Call a hook by keyword, as ``dihya_hookspecs.app.Hooks`` promises."""
        hook = self.hooks[name]
        if hook.call is None:
            return _nothing(hook, arguments)
        return hook.call(*[arguments[argument] for argument in hook.arguments])

    def collect_each(self, name: str, **arguments: Any) -> Iterator[tuple[str, Any, Exception | None]]:
        """Call a start-up hook and yield (plugin, answers as a list, error) so that the caller can quarantine."""
        hook = self.hooks[name]
        values = [arguments[argument] for argument in hook.arguments]
        for plugin, function in hook.implementations:
            start = perf_counter()
            try:
                answer = function(*values)
                answers = _flat(self._checked(hook, plugin, function, answer))
            except Exception as error:
                yield plugin, [], error
            else:
                yield plugin, answers, None
            self._time(hook, plugin, start)

    def _check(self, plugin: str, name: str, function: Callable[..., Any]) -> None:
        where = _where(function)
        hook = self.hooks.get(name)
        if hook is None:
            near = get_close_matches(name, self.hooks, 1)
            advice = f"write {near[0]!r} instead" if near else f"the hooks are {', '.join(sorted(self.hooks))}"
            raise PluginFault(f"plugin {plugin!r} implements unknown hook {name!r} at {where}; {advice}")
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise PluginFault(
                f"plugin {plugin!r} implements {name!r} with 'async def' at {where}; hooks are synchronous, "
                f"write 'def {name}({', '.join(hook.arguments)})'"
            )
        wrong = [argument for argument in inspect.signature(function).parameters if argument not in hook.arguments]
        if wrong:
            raise PluginFault(
                f"plugin {plugin!r} asks for {', '.join(map(repr, wrong))} in {name!r} at {where}, which the hook does "
                f"not give; write 'def {name}({', '.join(hook.arguments)})' or fewer of these"
            )
        options = getattr(function, "dihya_impl", {})
        if options.get("wrapper") or options.get("hookwrapper"):
            raise PluginFault(
                f"plugin {plugin!r} wraps {name!r} at {where}; wrappers cannot be guarded, implement the hook itself"
            )

    def _checked(self, hook: Hook, plugin: str, function: Callable[..., Any], answer: Any) -> Any:
        """Return the answer, or raise TypeError that says what the hook promises."""
        expected = hook.policy.result
        if answer is None or expected is None:
            return answer
        several = hook.policy.kind == "collect" and isinstance(answer, (list, tuple)) and not hasattr(answer, "_fields")
        for item in answer if several else (answer,):
            if not isinstance(item, expected):
                kinds = expected if isinstance(expected, tuple) else (expected,)
                names = " or ".join(kind.__name__ for kind in kinds)
                more = (
                    f", or a list of them, or None from {hook.name!r}" if hook.policy.kind == "collect" else " or None"
                )
                raise TypeError(
                    f"plugin {plugin!r} answered {type(item).__name__} to {hook.name!r} at {_where(function)}; "
                    f"return {names}{more}"
                )
        return answer

    def _time(self, hook: Hook, plugin: str, start: float) -> None:
        elapsed = (perf_counter() - start) * 1000
        timing = hook.timings.setdefault(plugin, Timing())
        timing.calls += 1
        timing.total_ms += elapsed
        timing.max_ms = max(timing.max_ms, elapsed)
        if elapsed > hook.policy.budget_ms and not timing.warned:
            timing.warned = True
            log.warning(
                "plugin %r took %.0f ms in %s; the budget is %.0f ms", plugin, elapsed, hook.name, hook.policy.budget_ms
            )

    def _compiled(self, hook: Hook) -> Callable[..., Any]:
        kind: Callable[[Hook], Callable[..., Any]] = {
            "collect": self._collect,
            "first": self._first,
            "veto": self._veto,
            "notify": self._notify,
            "transform": self._transform,
        }[hook.policy.kind]
        timed = self._timed(hook)
        compiled = kind(Hook(hook.name, hook.policy, hook.arguments, timed, timings=hook.timings))
        if not hook.policy.hot:
            return compiled
        return _sampled(kind(hook), compiled)

    def _timed(self, hook: Hook) -> tuple[tuple[str, Callable[..., Any]], ...]:
        def timed(plugin: str, function: Callable[..., Any]) -> Callable[..., Any]:
            def run(*values: Any) -> Any:
                start = perf_counter()
                try:
                    return function(*values)
                finally:
                    self._time(hook, plugin, start)

            run.__wrapped__ = function  # type: ignore[attr-defined]
            return run

        return tuple((plugin, timed(plugin, function)) for plugin, function in hook.implementations)

    def _collect(self, hook: Hook) -> Callable[..., Any]:
        def collect(*values: Any) -> list[tuple[str, Any]]:
            found: list[tuple[str, Any]] = []
            for plugin, function in hook.implementations:
                try:
                    answer = self._checked(hook, plugin, function, function(*values))
                except Exception as error:
                    self._fail(hook, plugin, error)
                    if hook.policy.on_error == "incomplete":
                        found.append((plugin, Incomplete(plugin, f"{type(error).__name__}: {error}")))
                else:
                    found += [(plugin, item) for item in _flat(answer)]
            return found

        return collect

    def _first(self, hook: Hook) -> Callable[..., Any]:
        def first(*values: Any) -> tuple[str, Any] | None:
            for plugin, function in hook.implementations:
                try:
                    answer = function(*values)
                    if answer is not None:
                        return plugin, self._checked(hook, plugin, function, answer)
                except Exception as error:
                    self._fail(hook, plugin, error)
            return None

        return first

    def _veto(self, hook: Hook) -> Callable[..., Any]:
        def veto(*values: Any) -> list[tuple[str, Any]]:
            found = []
            for plugin, function in hook.implementations:
                try:
                    answer = function(*values)
                    if answer is not None:
                        found.append((plugin, self._checked(hook, plugin, function, answer)))
                except Exception as error:
                    self._fail(hook, plugin, error)
            return found

        return veto

    def _notify(self, hook: Hook) -> Callable[..., Any]:
        fail = self._fail

        def notify(*values: Any) -> None:
            for plugin, function in hook.implementations:
                try:
                    function(*values)
                except Exception as error:
                    fail(hook, plugin, error)

        return notify

    def _transform(self, hook: Hook) -> Callable[..., Any]:
        def transform(value: Any, *others: Any) -> Any:
            kind = type(value)
            for plugin, function in hook.implementations:
                try:
                    answer = self._checked(hook, plugin, function, function(value, *others))
                except Exception as error:
                    self._fail(hook, plugin, error)
                else:
                    value = value if answer is None else answer
                    if not isinstance(value, kind):
                        return value  # a Denial ends the chain
            return value

        return transform

    def _fail(self, hook: Hook, plugin: str, error: Exception) -> None:
        """Do what the hook's policy says: raise, or remember and go on."""
        policy = hook.policy.on_error
        if policy == "abort":
            raise error
        if policy == "deny":
            if isinstance(error, dihya_hookspecs.DihyaError):
                raise error
            log.error("plugin %r failed in %s; refused", plugin, hook.name, exc_info=error)
            raise Refused(
                f"plugin {plugin!r} could not decide in {hook.name!r}, so the act is refused", code="undecided"
            ) from error
        log.error("plugin %r failed in %s; %s", plugin, hook.name, policy, exc_info=error)
        self._failed(plugin, hook.name, error)


def domains() -> list[ModuleType]:
    """Return the modules of the contract that hold hooks, one a domain."""
    found = []
    for module in pkgutil.iter_modules(dihya_hookspecs.__path__, "dihya_hookspecs."):
        if not module.name.rpartition(".")[2].startswith("_"):
            loaded = importlib.import_module(module.name)
            if any(hasattr(value, "dihya_policy") for value in vars(loaded).values()):
                found.append(loaded)
    return found


def implementations(plugin: object) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield (hook, function) for what a plugin marks with ``@hookimpl``."""
    for name in sorted(vars(plugin)):
        function = getattr(plugin, name)
        if inspect.isroutine(function) and (options := getattr(function, "dihya_impl", None)):
            yield options.get("specname") or name, function


def _positional(function: Callable[..., Any], arguments: tuple[str, ...]) -> Callable[..., Any]:
    """Return a callable that takes all of the hook's arguments in order and passes on those that *function* names."""
    wanted = tuple(inspect.signature(function).parameters)
    if wanted == arguments:
        return function
    if not wanted:
        adapted: Callable[..., Any] = lambda *values: function()  # noqa: E731
    elif len(wanted) == 1:
        place = arguments.index(wanted[0])
        adapted = lambda *values: function(values[place])  # noqa: E731
    else:
        pick = itemgetter(*map(arguments.index, wanted))
        adapted = lambda *values: function(*pick(values))  # noqa: E731
    adapted.__wrapped__ = function  # type: ignore[attr-defined]
    return adapted


def _sampled(plain: Callable[..., Any], timed: Callable[..., Any]) -> Callable[..., Any]:
    """Return *plain*, with *timed* in its place once in SAMPLE calls: timing every one would cost more than the call."""
    count = 0

    def call(*values: Any) -> Any:
        nonlocal count
        count += 1
        return plain(*values) if count % SAMPLE else timed(*values)

    return call


def _nothing(hook: Hook, arguments: dict[str, Any]) -> Any:
    if hook.policy.kind == "transform":
        return arguments[hook.arguments[0]]
    return [] if hook.policy.kind in ("collect", "veto") else None


def _flat(answer: Any) -> list[Any]:
    if answer is None:
        return []
    return list(answer) if isinstance(answer, (list, tuple)) and not hasattr(answer, "_fields") else [answer]


def _where(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else "an unknown place"
