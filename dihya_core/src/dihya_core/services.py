"""Services: who implements which Protocol, and a clear word when nobody does."""

from __future__ import annotations

import inspect
import pkgutil
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import svcs
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import Act, Acts, current
from dihya_hookspecs.app import AppInfo, Breaker, Hooks, Plugins
from dihya_hookspecs.observe import Observation
from dihya_hookspecs.ops import Health
from dihya_hookspecs.settings import SettingLayers, editable_fields
from sqlalchemy.orm import Session

from dihya_core.health import HealthChecks
from dihya_core.hooks.containment import PluginFault, contained

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dihya_core.runtime import Runtime

_T = TypeVar("_T")


class ServiceRegistry(svcs.Registry):
    """A registry that also knows the classes of active plugins that say how they are made, by ``from_container``."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self._runtime = runtime

    def get_registered_service_for(self, svc_type: Any) -> svcs.RegisteredService:
        """Return how a service is made; a class that was not registered makes itself."""
        if svc_type not in self and self._makes_itself(svc_type):
            self.register_factory(svc_type, svc_type.from_container)
        return super().get_registered_service_for(svc_type)

    def _makes_itself(self, service: Any) -> bool:
        if not hasattr(service, "from_container") or getattr(service, "_is_protocol", False):
            return False
        package = service.__module__.partition(".")[0]
        owners = [loaded for loaded in self._runtime.plugins.values() if loaded.candidate.package == package]
        return all(loaded.state == "active" for loaded in owners)


class PluginRegistry:
    """The registry as one plugin sees it: remembers who registered what."""

    def __init__(
        self, registry: svcs.Registry, plugin: str, owners: dict[type, str], lasting: dict[type, object]
    ) -> None:
        self._registry, self._plugin, self._owners, self._lasting = registry, plugin, owners, lasting

    def register_factory(
        self, service: type, factory: Callable[..., Any] | str, *, enter: bool = True, once: bool = False
    ) -> None:
        """Register a factory; see ``dihya_hookspecs.app.Registry``."""
        self._claim(service)
        factory = later(factory) if isinstance(factory, str) else factory
        factory = made_once(service, factory, self._lasting) if once else factory
        self._registry.register_factory(service, factory, enter=enter and not once)

    def register_value(self, service: type, value: object) -> None:
        """Register one object for the whole application."""
        self._claim(service)
        self._registry.register_value(service, value, enter=False)
        self._lasting[service] = value

    def _claim(self, service: type) -> None:
        owner = self._owners.setdefault(service, self._plugin)
        if owner != self._plugin:
            raise PluginFault(
                f"plugins {owner!r} and {self._plugin!r} both provide {service.__name__}; disable one of them"
            )


def later(place: str) -> Callable[..., Any]:
    """Return a factory that is imported when it is first called; *place* is ``"package.module:Class.from_container"``."""

    @cache
    def found() -> tuple[Callable[..., Any], bool]:
        factory = pkgutil.resolve_name(place)
        return factory, bool(inspect.signature(factory).parameters)

    def make(svcs_container: svcs.Container) -> Any:
        factory, takes_container = found()
        return factory(svcs_container) if takes_container else factory()

    return make


def made_once(service: type, factory: Callable[..., Any], kept: dict[type, object]) -> Callable[..., Any]:
    """Return a factory that makes its object once and keeps it; acts that ask at the same moment all get that one."""
    takes_container = bool(inspect.signature(factory).parameters)
    lock = threading.RLock()  # again by the same thread: an object that needs itself is an error of svcs, no standstill

    def make(svcs_container: svcs.Container) -> Any:
        with lock:
            if service not in kept:
                kept[service] = factory(svcs_container) if takes_container else factory()
            return kept[service]

    return make


class Services:
    """The services of one application.

    Args:
        runtime: its plugins are asked for their services at first use.
        acts, access: what the core itself provides.

    Attributes:
        lasting: what is one object for the whole application, as soon as it is there; no act needs a container for it.
        changing: what is said anew each time, as settings that people change, and who says it; that needs none either.
    """

    def __init__(self, runtime: Runtime, acts: Acts, access: Access) -> None:
        self._runtime = runtime
        self._provided: dict[type, object] = {
            Plugins: runtime,
            Breaker: runtime.breaker,
            Hooks: runtime,
            Acts: acts,
            Access: access,
            Health: HealthChecks(runtime, acts),
            Observation: runtime.hook_caller.observations,
        }
        self.filled = False
        self.lasting: dict[type, object] = {}
        self.changing: dict[type, Callable[[], object]] = {}
        self._registry: svcs.Registry | None = None
        self.owners: dict[type, str] = runtime.providers
        runtime.forget.append(self._forget)

    def container(self) -> svcs.Container:
        """Return a new container; an act holds one."""
        return svcs.Container(self.registry())

    def registry(self) -> svcs.Registry:
        """Return the registry, filled at first use."""
        if self._registry is None:
            self._registry = ServiceRegistry(self._runtime)
            self._fill(self._registry)
        return self._registry

    def find(self, container: svcs.Container, service: type[_T]) -> _T:
        """Return a service from *container*. Raises DihyaError that names who asks and what to install."""
        try:
            return container.get(service)
        except svcs.exceptions.ServiceNotFoundError as error:
            raise self._absent(service) from error

    def provides(self, service: type) -> bool:
        """Tell whether any plugin implements *service*."""
        return service in self.registry()

    def _fill(self, registry: svcs.Registry) -> None:
        for service, value in self._provided.items():
            registry.register_value(service, value, enter=False)
        self.lasting.update(self._provided)
        self.changing[AppInfo] = self._runtime.app_info
        registry.register_factory(AppInfo, self._runtime.app_info, enter=False)
        registry.register_factory(Act, current, enter=False)
        registry.register_factory(Session, lambda: current().session, enter=False)
        runtime = self._runtime
        for name in runtime.order:
            loaded = runtime.plugins[name]
            if (fixed := loaded.settings) is None:
                continue
            if loaded.state == "active" and editable_fields(type(fixed)):  # each act gets what counts when it asks
                self.changing[type(fixed)] = partial(self._counting, name, fixed)
                registry.register_factory(type(fixed), self.changing[type(fixed)], enter=False)
            else:
                registry.register_value(type(fixed), fixed, enter=False)
                self.lasting[type(fixed)] = fixed
        hook, seconds = runtime.hook_caller.hooks["register_services"], runtime.core.start_seconds
        for plugin, function in sorted(hook.implementations, key=lambda pair: runtime.rank(pair[0])):
            try:
                contained(function, PluginRegistry(registry, plugin, self.owners, self.lasting), seconds=seconds)
            except Exception as error:
                runtime.quarantine_for(plugin, "failed in register_services: ", error)
        self.filled = True

    def _counting(self, plugin: str, fixed: BaseModel) -> BaseModel:
        """Return a plugin's settings as they count now: some plugin may keep what people change of them."""
        layers = self.lasting.get(SettingLayers) if self.filled else None
        return cast(SettingLayers, layers).current(plugin) if layers is not None else fixed

    def _forget(self, plugin: str) -> None:
        """Start a new registry when a plugin is quarantined, so that nothing of it stays in reach."""
        if any(owner == plugin for owner in self.owners.values()):
            self.owners.clear()
            self.lasting.clear()
            self.changing.clear()
            self._registry, self.filled = None, False

    def _absent(self, service: type) -> DihyaError:
        package = getattr(service, "__provided_by__", None)
        asker = getattr(_running(), "plugin", "") or "core"
        advice = f"; install or enable {package}" if package else ""
        return DihyaError(
            f"plugin {asker!r} asks for service {service.__name__}, but no active plugin provides it{advice}",
            code="no-service",
            status=503,
            params={"service": service.__name__},
        )


def _running() -> object | None:
    try:
        return current()
    except LookupError:
        return None
