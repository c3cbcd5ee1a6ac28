"""Hooks: pluggy finds and orders the implementations; here each call is compiled, guarded, counted and timed."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import itemgetter
from time import perf_counter
from types import ModuleType, SimpleNamespace
from typing import Any

import dihya_hookspecs
import pluggy
from dihya_hookspecs import DihyaError, Incomplete, Policy, Refused

from dihya_core.hooks.containment import PluginFault, contained, left
from dihya_core.hooks.monitor import HookMonitor, Record
from dihya_core.loading import conventions
from dihya_core.observation import Observations

log = logging.getLogger("dihya.core")
FAILED = object()


@dataclass(slots=True)
class Hook:
    """One hook: what it promises, and the implementations in calling order."""

    name: str
    policy: Policy
    arguments: tuple[str, ...]
    implementations: tuple[tuple[str, Callable[..., Any]], ...] = ()
    call: Callable[..., Any] | None = None
    watched: tuple[tuple[Record, Callable[..., Any]], ...] = ()
    kinds: tuple[type, ...] | None = None

    @property
    def budget(self) -> float:
        """Seconds that one call may take."""
        return self.policy.budget_ms / 1000

    def expected(self) -> tuple[type, ...]:
        """Return the types of one answer; those of libraries are imported at the first answer."""
        if self.kinds is None:
            result = self.policy.result
            given = result if isinstance(result, tuple) else () if result is None else (result,)
            self.kinds = tuple(pkgutil.resolve_name(kind) if isinstance(kind, str) else kind for kind in given)
        return self.kinds


class HookCaller:
    """Registers plugins and calls their hooks.

    Args:
        failed: told of every failure that a hook's policy isolates, as (plugin, hook, error).
        monitor: counts and times every call.
    """

    def __init__(
        self, failed: Callable[[str, str, BaseException], None] | None = None, monitor: HookMonitor | None = None
    ) -> None:
        self.monitor = monitor or HookMonitor()
        self.observations = Observations(self.monitor, failed or (lambda plugin, hook, error: None))
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
        declared = dict(self._declared(name, plugin, {hook for hook, _ in found}))
        face = SimpleNamespace(**dict(found), **declared)
        try:
            self.manager.register(face, name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginFault(str(error)) from None
        return (*(hook for hook, _ in found), *declared)

    def misspelt(self, plugin: object, implemented: Sequence[str]) -> list[str]:
        """Return a sentence for each file or name of a plugin that nobody reads, and that is nearly one that is read."""
        hooks = {hook.name: hook.policy.found for hook in self.hooks.values()}
        return list(dict.fromkeys(conventions.misspelt(plugin, hooks, implemented)))

    def _declared(self, name: str, plugin: object, implemented: set[str]) -> Iterator[tuple[str, Callable[..., Any]]]:
        """Yield (hook, function) for what stands in files of its own. Raises PluginFault for what is said twice."""
        for hook in self.hooks.values():
            if hook.policy.found and (places := conventions.filled(plugin, hook.policy.found)):
                if hook.name in implemented:
                    said = " and ".join(map(str, places))
                    raise PluginFault(f"plugin {name!r} has {said}, and implements {hook.name!r} too; keep one of them")
                yield hook.name, dihya_hookspecs.hookimpl(conventions.reader(plugin, places))

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
            hook.watched = tuple(
                (
                    self.monitor.record(plugin, hook.name, hook.policy.budget_ms),
                    self.observations.wrapped(hook.name, plugin, function),
                )
                for plugin, function in found
            )
            hook.call = self._compiled(hook) if found else None

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Call a hook by keyword, as ``dihya_hookspecs.app.Hooks`` promises."""
        hook = self.hooks.get(name)
        if hook is None:
            raise LookupError(f"no hook is named {name!r}; {_near(name, self.hooks)}")
        if arguments.keys() != set(hook.arguments):
            raise TypeError(
                f"hook {name!r} is called with {', '.join(hook.arguments)}, not with {', '.join(arguments)}"
            )
        if hook.call is None:
            return _nothing(hook, arguments)
        return hook.call(*[arguments[argument] for argument in hook.arguments])

    def collect_each(self, name: str, seconds: float, **arguments: Any) -> Iterator[tuple[str, Any, Exception | None]]:
        """Call a start-up hook and yield (plugin, answers as a list, error) so that the caller can quarantine."""
        hook = self.hooks[name]
        values = [arguments[argument] for argument in hook.arguments]

        def answers(record: Record, function: Callable[..., Any]) -> list[Any]:
            return _flat(self._checked(hook, record, function, function(*values)))

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

    def _check(self, plugin: str, name: str, function: Callable[..., Any]) -> None:
        where = _where(function)
        hook = self.hooks.get(name)
        if hook is None:
            raise PluginFault(
                f"plugin {plugin!r} implements unknown hook {name!r} at {where}; {_near(name, self.hooks)}"
            )
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

    def _checked(self, hook: Hook, record: Record, function: Callable[..., Any], answer: Any) -> Any:
        """Return the answer, or raise PluginFault that says what the hook promises."""
        if answer is None or hook.policy.result is None:
            return answer
        expected, collect = hook.expected(), hook.policy.kind == "collect"
        several = collect and isinstance(answer, (list, tuple)) and not hasattr(answer, "_fields")
        for item in answer if several else (answer,):
            if not isinstance(item, expected):
                names = " or ".join(kind.__name__ for kind in expected)
                more = f", or a list of them, or None from {hook.name!r}" if collect else " or None"
                raise PluginFault(
                    f"plugin {record.plugin!r} answered {type(item).__name__} to {hook.name!r} at {_where(function)}; "
                    f"return {names}{more}"
                )
        return answer

    def _compiled(self, hook: Hook) -> Callable[..., Any]:
        kind: Callable[[Hook], Callable[..., Any]] = {
            "collect": self._collect,
            "first": self._first,
            "veto": self._veto,
            "notify": self._notify,
            "transform": self._transform,
        }[hook.policy.kind]
        return kind(hook)

    def _each(self, hook: Hook) -> list[tuple[str, Callable[..., Any]]]:
        """Return the implementations, each guarded, counted and timed; one that fails answers FAILED."""
        return [(record.plugin, self._guarded(hook, record, function)) for record, function in hook.watched]

    def _guarded(self, hook: Hook, record: Record, function: Callable[..., Any]) -> Callable[..., Any]:
        clock, budget, slow, fail = perf_counter, hook.budget, self.monitor.slow, self._fail
        checked = hook.policy.result is not None

        def guarded(values: tuple[Any, ...]) -> Any:
            record.calls += 1
            then = clock()
            try:
                answer = function(*values)
                if answer is not None and checked:
                    self._checked(hook, record, function, answer)
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
                    found += [(plugin, item) for item in _flat(answer)]
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
    for name in dir(plugin):
        function = getattr(plugin, name, None)
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


def _near(name: str, hooks: dict[str, Hook]) -> str:
    near = get_close_matches(name, hooks, 1)
    return f"write {near[0]!r} instead" if near else f"the hooks are {', '.join(sorted(hooks))}"


def _nothing(hook: Hook, arguments: dict[str, Any]) -> Any:
    if hook.policy.kind == "transform":
        return arguments[hook.arguments[0]]
    return [] if hook.policy.kind in ("collect", "veto") else None


def _flat(answer: Any) -> list[Any]:
    if answer is None:
        return []
    return list(answer) if isinstance(answer, (list, tuple)) and not hasattr(answer, "_fields") else [answer]


def _where(function: Callable[..., Any]) -> str:
    function = inspect.unwrap(function)
    if said := getattr(function, "dihya_where", ""):
        return str(said)
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else "an unknown place"
