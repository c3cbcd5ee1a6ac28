"""How one implementation is called, and what its answer comes to."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from dihya_core.hooks.specification import Hook


class Face:
    """What pluggy sees of a plugin; unlike namespaces, two of them with the same content are two plugins."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        vars(self).update(functions)


@lru_cache(maxsize=4096)
def positional(function: Callable[..., Any], arguments: tuple[str, ...]) -> Callable[..., Any]:
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


def nothing(hook: Hook, arguments: dict[str, Any]) -> Any:
    if hook.policy.kind == "transform":
        return arguments[hook.arguments[0]]
    return [] if hook.policy.kind in ("collect", "veto") else None


def flat(answer: Any) -> list[Any]:
    if answer is None:
        return []
    return list(answer) if isinstance(answer, (list, tuple)) and not hasattr(answer, "_fields") else [answer]
