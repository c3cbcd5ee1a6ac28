"""Engine and sessions: SQLite (WAL) embedded, PostgreSQL when a URL is given."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import AppInfo, Registry


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.data import ChangeTracking, Database

    from .change_tracking import Tracking
    from .service import Databases

    registry.register_value(ChangeTracking, Tracking())
    registry.register_factory(Database, Databases().open, enter=False)


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
