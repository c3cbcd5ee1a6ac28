"""A hardened production server on one port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import AppInfo, Registry


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.channels import Channels
    from dihya_hookspecs.ops import Capacity
    from dihya_hookspecs.web import Streams

    from .channels import Engines
    from .streams import Openings
    from .threads import capacity

    registry.register_factory(Capacity, capacity, enter=False)
    registry.register_factory(Channels, Engines().open, enter=False)
    registry.register_factory(Streams, Openings().open, enter=False)


@hookimpl
def on_startup(app_info: AppInfo) -> None:
    if app_info.serving:
        from .worker import learn_limits

        learn_limits()


@hookimpl
def on_shutdown(app_info: AppInfo) -> None:
    from .channels import close

    close()
