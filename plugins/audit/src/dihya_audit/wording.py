"""The words for what the log names: tables, columns, plugins, and what was done. Nothing is looked up in the database."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.audit import AuditEvent
from dihya_hookspecs.data import Model
from dihya_hookspecs.fields.declared import field_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.naming import table_words
from dihya_hookspecs.resources.actions import actions_of
from dihya_hookspecs.resources.writing import OWN
from dihya_hookspecs.web import Resource

ROW = ("insert", "update", "delete")
CORE = {
    "core.plugin_state": Text("{what} changed its state", "{what} a changé d’état"),
    "core.refused_to_nobody": Text(
        "requests of people who had not signed in were refused", "des requêtes de personnes non connectées ont été refusées"
    ),
}  # fmt: skip
"""What the core records, which is no plugin and so declares nothing."""


class Wording:
    """The words of all plugins, for one page."""

    @cached_property
    def actions(self) -> Mapping[str, Text]:
        """What declared actions mean, by name."""
        declared = {each.name: each.words for _, each in get(Plugins).collected("register_audit_actions")}
        return {**CORE, **declared}

    @cached_property
    def resources(self) -> Mapping[str, tuple[str, Resource]]:
        """The plugin and the resource of each table that has one."""
        given = get(Plugins).collected("register_resources")
        return {each.service.model.__tablename__: (plugin, each) for plugin, each in reversed(given)}

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {name: str(each.title) for name, each in get(Plugins).collected("register_applications")}

    def plugin(self, name: str) -> str:
        """Return what people call a plugin."""
        return self._titles.get(name) or name.replace("_", " ").capitalize()

    def kind(self, table: str) -> str:
        """Return what people call one row of a table."""
        if table in self.resources:
            return str(self.resources[table][1].singular)
        known = Model.metadata.tables.get(table)
        if known is not None and (words := table_words(known)):
            return str(words.singular)
        owner = "" if known is None else known.info.get("plugin", "")
        return _("row of %(table)s", table=table.removeprefix(f"{owner}_").replace("_", " "))

    def model(self, table: str) -> Any | None:
        """Return the class of a table; None where there is none (any more)."""
        found = Model.metadata.tables.get(table)
        return None if found is None else found.info.get("model")

    def is_person(self, table: str) -> bool:
        """Tell whether each row of a table is somebody."""
        model = self.model(table)
        return model is not None and model.__table__.info.get("defaults", {}).get("subject") == "id"

    def fields(self, event: AuditEvent, table: str) -> list[str]:
        """Return what people call the columns that an event names, without those that the reader does not see."""
        model, columns = self.model(table), event.facts.get("columns", ())
        if model is None or not isinstance(columns, (list, tuple)):
            return []
        access = get(Access)
        served = self.resources[table][1].service if table in self.resources else model
        hidden = {*OWN, *access.hidden(current().actor, access.actions(served)[0], model)}
        return [self._label(table, model, str(name)) for name in columns if name not in hidden]

    def deed(self, action: str, table: str) -> str:
        """Return the title of a resource's action that was carried out; empty where it is none."""
        plugin, resource = self.resources.get(table, ("", None))
        given = actions_of(resource).values() if resource else ()
        return next((str(each.title) for each in given if f"{plugin}.{each.name}" == action), "")

    def right(self, endpoint: str) -> str:
        """Return the sentence of the permission that a view asks for; empty where it is no view, or open to everybody."""
        from flask import current_app, has_app_context

        view = current_app.view_functions.get(endpoint) if has_app_context() else None
        held = get(Access).permissions().get(getattr(view, "dihya_requires", ""))
        return str(held.sentence) if held else ""

    def _label(self, table: str, model: Any, name: str) -> str:
        if table in self.resources and name in self.resources[table][1].labels:
            return str(self.resources[table][1].labels[name])
        column = next((each for each in model.__table__.columns if name in (each.key, each.name)), None)
        return name.replace("_", " ") if column is None else str(field_of(column).label)
