"""What a hook promises, and who publishes it: the contract, or a plugin under its own name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, get_args

import dihya_hookspecs
from dihya_hookspecs import Kind, OnError, Policy
from dihya_hookspecs._marks import mark_of

from dihya_core.hooks.containment import PluginFault
from dihya_core.hooks.monitor import Record


@dataclass(slots=True)
class Hook:
    """One hook: what it promises, and the implementations in calling order.

    Attributes:
        owner: the plugin that publishes it; empty for a hook of the contract.
        function: the specification itself.
    """

    name: str
    policy: Policy
    arguments: tuple[str, ...]
    owner: str = ""
    function: Callable[..., Any] | None = None
    implementations: tuple[tuple[str, Callable[..., Any]], ...] = ()
    call: Callable[..., Any] | None = None
    watched: tuple[tuple[Record, Callable[..., Any]], ...] = ()
    kinds: tuple[type, ...] | None = None

    @property
    def budget(self) -> float:
        """Seconds that one call may take."""
        return self.policy.budget_ms / 1000

    @property
    def gathered(self) -> bool:
        """Whether the answers are declarations, gathered once when the application starts."""
        return self.policy.kind == "collect" and self.policy.on_error == "quarantine"

    def expected(self) -> tuple[type, ...]:
        """Return the types of one answer; those of libraries are imported at the first answer."""
        if self.kinds is None:
            result = self.policy.result
            given = result if isinstance(result, tuple) else () if result is None else (result,)
            self.kinds = tuple(pkgutil.resolve_name(kind) if isinstance(kind, str) else kind for kind in given)
        return self.kinds


def specified(source: object, owner: str = "") -> Iterator[Hook]:
    """Yield the hooks that the functions of a module or namespace specify."""
    for name in dir(source):
        function = getattr(source, name, None)
        policy = mark_of(function, "dihya_policy")
        if isinstance(policy, Policy) and callable(function):
            yield Hook(name, policy, tuple(inspect.signature(function).parameters), owner, function)


@cache
def domains() -> list[ModuleType]:
    """Return the modules of the contract that hold hooks, one a domain."""
    found = []
    for module in pkgutil.iter_modules(dihya_hookspecs.__path__, "dihya_hookspecs."):
        if not module.name.rpartition(".")[2].startswith("_"):
            loaded = importlib.import_module(module.name)
            if next(specified(loaded), None):
                found.append(loaded)
    return found


def ensure_publishable(hook: Hook, known: dict[str, Hook]) -> None:
    """Raise PluginFault when a plugin may not publish this hook."""
    plugin, said = hook.owner, f"plugin {hook.owner!r} publishes hook {hook.name!r}"
    if not hook.name.startswith(f"{plugin}_"):
        raise PluginFault(f"{said}; what {plugin!r} owns is named '{plugin}_…'")
    if (other := known.get(hook.name)) is not None:
        raise PluginFault(f"{said}, which is plugin {other.owner!r}'s; choose another name")
    for key, kinds in (("kind", get_args(Kind)), ("on_error", get_args(OnError))):
        if (value := getattr(hook.policy, key)) not in kinds:
            raise PluginFault(f"{said} with {key}={value!r}; write one of {', '.join(map(repr, kinds))}")
    taken = {place: other.name for other in known.values() for place in other.policy.found}
    for place in hook.policy.found:
        if place in taken:
            raise PluginFault(
                f"{said} and finds it in {place!r}, where {taken[place]!r} is found; choose another place"
            )
