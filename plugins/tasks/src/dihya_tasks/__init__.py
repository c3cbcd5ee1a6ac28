"""Durable background work that survives kill -9 at any step."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.app import AppInfo, Registry
from dihya_hookspecs.backup import Restored
from dihya_hookspecs.ops import Background
from dihya_hookspecs.rgpd import Demand, Disclosure, Erasure


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.ops import Tasks

    registry.register_factory(Tasks, "dihya_tasks.service:Queue.from_container", enter=False)


@hookimpl
def register_background() -> Background:
    """Share what the breaker knows, in each process: every machine has a data folder of its own."""

    def share(acts: Acts) -> None:
        from .sharing import share as exchange

        exchange(acts)

    return Background("tasks.share_breaker", 2.0, share, leader=False)


@hookimpl
def on_startup(app_info: AppInfo) -> None:
    if app_info.serving:
        from . import background, worker

        worker.serve()
        background.serve()


@hookimpl
def on_shutdown(app_info: AppInfo) -> None:
    if app_info.serving:
        from . import background, worker

        background.leave(app_info.data)
        worker.leave(app_info.data)


@hookimpl
def on_restored(restored: Restored) -> None:
    from .backup import resume

    resume()


@hookimpl
def on_rgpd_export(demand: Demand) -> list[Disclosure]:
    """Give the tasks that speak of the person."""
    from .people import export

    return export(demand)


@hookimpl(trylast=True)
def on_rgpd_erase(demand: Demand) -> list[Erasure]:
    """Remove the tasks that speak of the person, after their plugins have stopped those that they know of."""
    from .people import erase

    return erase(demand)


@hookimpl
def on_purge(plugin: str) -> None:
    from .purge import forget

    forget(plugin)
