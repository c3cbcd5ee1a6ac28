"""Whether an implementation, and an answer, are what the hook promises; the message says what to write instead."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from dihya_hookspecs._marks import mark_of

from dihya_core.hooks.containment import PluginFault
from dihya_core.hooks.specification import Hook

_CONTRACT = re.compile("(register|on|find|check|before|after|generate)_")


def implementations(plugin: object) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield (hook, function) for what a plugin marks with ``@hookimpl``."""
    for name in dir(plugin):
        function = getattr(plugin, name, None)
        if (options := mark_of(function, "dihya_impl")) and inspect.isroutine(function):
            yield options.get("specname") or name, function


def optional(function: Callable[..., Any]) -> bool:
    """Tell whether a plugin works without the hook: ``@hookimpl(optionalhook=True)``."""
    return bool(getattr(function, "dihya_impl", {}).get("optionalhook"))


def ensure_fits(plugin: str, hook: Hook, function: Callable[..., Any]) -> None:
    """Raise PluginFault when a function cannot be called as the hook is."""
    name, where, signature = hook.name, place_of(function), f"def {hook.name}({', '.join(hook.arguments)})"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise PluginFault(
            f"plugin {plugin!r} implements {name!r} with 'async def' at {where}; hooks are synchronous, "
            f"write {signature!r}"
        )
    wrong = [argument for argument in inspect.signature(function).parameters if argument not in hook.arguments]
    if wrong:
        raise PluginFault(
            f"plugin {plugin!r} asks for {', '.join(map(repr, wrong))} in {name!r} at {where}, which the hook does "
            f"not give; write {signature!r} or fewer of these"
        )
    options = getattr(function, "dihya_impl", {})
    if options.get("wrapper") or options.get("hookwrapper"):
        raise PluginFault(
            f"plugin {plugin!r} wraps {name!r} at {where}; wrappers cannot be guarded, implement the hook itself"
        )


def ensure_in_order(plugin: str, hook: Hook, function: Callable[..., Any]) -> None:
    """Raise PluginFault when a function asks to be the first in a guard: it would stand before whatever ``dihya plan`` shows."""
    if hook.policy.on_error == "deny" and getattr(function, "dihya_impl", {}).get("tryfirst"):
        raise PluginFault(
            f"plugin {plugin!r} asks to be the first in {hook.name!r} at {place_of(function)}, which can refuse; take "
            "'tryfirst' out, and name the plugins that it stands before in its metadata, under 'dihya.before'"
        )


def outdated(plugin: str, hook: Hook, function: Callable[..., Any]) -> Iterator[str]:
    """Yield a sentence for each thing of a hook that a plugin uses and that goes with the next major version."""
    asked = () if hasattr(inspect.unwrap(function), "dihya_where") else inspect.signature(function).parameters
    for one in hook.policy.deprecated:
        if not one.argument or one.argument in asked:
            what = f"argument {one.argument!r} of {hook.name!r}" if one.argument else repr(hook.name)
            yield (
                f"plugin {plugin!r} uses {what} at {place_of(function)}, deprecated since {one.since}; "
                f"write {one.instead} before the next major version of the contract takes it away"
            )


def unknown(
    plugin: str, name: str, function: Callable[..., Any], hooks: Mapping[str, Hook], states: Mapping[str, str]
) -> PluginFault:
    """Return what to say of an implementation of a hook that nobody publishes.

    Args:
        states: plugin → its state, of those that are installed.
    """
    said = f"plugin {plugin!r} implements unknown hook {name!r} at {place_of(function)}; "
    return PluginFault(said + explained(name, hooks, states))


def explained(name: str, hooks: Iterable[str], states: Mapping[str, str]) -> str:
    """Return what to write instead of the name of a hook that nobody publishes, or which plugin would publish it."""
    if near := get_close_matches(name, hooks, 1, 0.6 if _CONTRACT.match(name) else 0.8):
        return f"write {near[0]!r} instead"
    if _CONTRACT.match(name) or "_" not in name:
        return f"the hooks are {', '.join(sorted(hooks))}"
    publisher = max((one for one in states if name.startswith(f"{one}_")), key=len, default=name.partition("_")[0])
    state = states.get(publisher, "not installed")
    state = "active and publishes none of this name" if state == "active" else state
    return f"plugin {publisher!r}, which would publish it, is {state}; without it, say '@hookimpl(optionalhook=True)'"


def checked(hook: Hook, plugin: str, function: Callable[..., Any], answer: Any) -> Any:
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
                f"plugin {plugin!r} answered {type(item).__name__} to {hook.name!r} at {place_of(function)}; "
                f"return {names}{more}"
            )
    return answer


def place_of(function: Callable[..., Any]) -> str:
    """Return file and line of a function, or what stands for it when it reads a file."""
    function = inspect.unwrap(function)
    if said := getattr(function, "dihya_where", ""):
        return str(said)
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else "an unknown place"
