"""Limits, trusted proxies, hosts, trace context, security headers and compression in a single pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.web import Step


@hookimpl
def register_middleware() -> list[Step]:
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo

    from .settings import Settings
    from .steps import steps

    return steps(get(Settings), get(AppInfo).data)


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.web import BodyLimits

    registry.register_factory(BodyLimits, "dihya_middleware.limits:RouteLimits.from_container", enter=False)
