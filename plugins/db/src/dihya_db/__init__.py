"""Engine and sessions: SQLite (WAL) embedded, PostgreSQL when a URL is given."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import AppInfo, Registry
from dihya_hookspecs.bin import Bin
from dihya_hookspecs.counting import Counters
from dihya_hookspecs.rgpd import Demand, Erasure, Subject


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.data import ChangeTracking, Database

    from .change_tracking import Tracking
    from .service import LazyDatabase

    registry.register_value(ChangeTracking, Tracking())
    registry.register_factory(Database, LazyDatabase.from_container, once=True)
    registry.register_factory(Counters, "dihya_db.counting:StoredCounters")
    registry.register_factory(Bin, "dihya_db.bin:RowsInBin.from_container")


@hookimpl(tryfirst=True)
def on_startup(app_info: AppInfo) -> None:
    from .privacy import close_all, close_folder

    (close_all if app_info.serving else close_folder)(app_info.data)


@hookimpl(tryfirst=True)
def on_command(app_info: AppInfo) -> None:
    from .privacy import close_folder

    close_folder(app_info.data)


@hookimpl
def on_shutdown(app_info: AppInfo) -> None:
    from .service import close

    close()


@hookimpl
def on_purge(plugin: str) -> None:
    from .sweeping import forget

    forget(plugin)


@hookimpl
def find_subject(identifier: str) -> list[Subject]:
    from .people import known_by

    return known_by(identifier)


@hookimpl(tryfirst=True)  # a plugin that breaks the transaction stops whoever comes behind it
def on_rgpd_erase(subject: Subject, demand: Demand) -> list[Erasure]:
    from .people import drop

    return drop(subject)
