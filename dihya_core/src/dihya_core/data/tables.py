"""The tables of all active plugins: imported, owned, joined; a plugin whose tables do not fit is taken out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from dihya_core.hooks.containment import contained
from dihya_core.loading.ownership import strange_tables

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dihya_core.runtime import Runtime


def gather(runtime: Runtime) -> None:
    """Import the tables of every active plugin, so that the metadata is whole."""
    _own(runtime)
    for name in sorted(runtime.order, key=runtime.rank):
        loaded = runtime.plugins[name]
        folder = loaded.candidate.folder()
        there = folder is not None and (folder / "models.py").is_file()
        if loaded.state == "active" and there and hasattr(loaded.module(), "__path__"):
            try:
                module = f"{loaded.candidate.package}.models"
                contained(importlib.import_module, module, seconds=runtime.core.start_seconds)
            except Exception as error:
                runtime.quarantine_for(name, "its tables cannot be read: ", error)
            _own(runtime, name)
    _join(runtime)


def log_exists(runtime: Runtime, session: Session) -> bool:
    """Tell whether who writes the audit log has a table to write into; before ``dihya setup`` there is none."""
    from dihya_hookspecs.data import Model
    from sqlalchemy import inspect

    writers = {plugin for plugin, _ in runtime.hook_caller.hooks["on_audit"].implementations}
    names = [table.name for table in Model.metadata.tables.values() if table.info.get("plugin") in writers]
    database = inspect(session.connection())
    return not names or any(map(database.has_table, names))


def _own(runtime: Runtime, importing: str = "") -> None:
    """Say of each new table whose it is; a plugin with a table of another name is quarantined, without the table."""
    from dihya_hookspecs.data import Model

    packages = {loaded.candidate.package: name for name, loaded in runtime.plugins.items()}
    loose = [name for name, loaded in runtime.plugins.items() if loaded.candidate.module is not None]
    for table, reason in strange_tables(Model.metadata, packages, loose, importing):
        Model.metadata.remove(table)
        if runtime.plugins[table.info["plugin"]].state == "active":
            runtime.quarantine(table.info["plugin"], reason)


def _join(runtime: Runtime) -> None:
    """Join the models; SQLAlchemy refuses all of them for one that cannot be joined, so its plugin is taken out."""
    from dihya_hookspecs.data import Model

    registry = Model.registry
    while True:
        try:
            registry.configure()
            return
        except Exception as error:
            packages = {item.candidate.package: name for name, item in runtime.plugins.items()}
            failed = {_package(mapper.class_) for mapper in registry.mappers if mapper._configure_failed}
            if not failed & packages.keys():
                return  # of no plugin: whoever asks the database hears of it
            for package in failed & packages.keys():
                for manager in list(registry._managers):
                    if _package(manager.class_) == package:
                        registry._dispose_manager_and_mapper(manager)
                        registry._managers.pop(manager, None)
                runtime.quarantine_for(packages[package], "its tables cannot be joined: ", error)


def _package(model: type) -> str:
    return model.__module__.partition(".")[0]
