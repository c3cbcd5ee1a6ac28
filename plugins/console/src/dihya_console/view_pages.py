"""The views of a list: kept from the list, opened, renamed and removed."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources.asking import ask
from dihya_hookspecs.ui import Layout
from flask import Response, request

from .action_pages import ActionPages
from .inputs import zone
from .models import NAME, View
from .shortcuts import mine
from .views import question_of
from .words import say


class ViewPages(ActionPages):
    """What a list is narrowed, searched and sorted by, under a name."""

    def views(self) -> Response:
        """The views that the reader keeps of this list, and those that are shared with them."""
        views, found = mine(), self._views()
        rows = [(view, views.own(view), self._may_change(view)) for view in found]
        return self._page("views", _("Views – %(what)s", what=self._desk.resource.title), rows=rows, most=NAME)

    def keep_view(self) -> Response:
        """Keep what the list shows under a name; only who may write the list shares it."""
        desk, way = self._desk, self._way()
        shared = "shared" in request.form and desk.may(desk.resource.write)
        try:
            view = mine().keep(desk.plugin, desk.resource.name, request.form.get("name", ""), way[1:], shared)
        except Invalid as error:
            current().undo()
            get(Layout).flash(say(error), "error")
        else:
            get(Layout).flash(_("The view “%(name)s” is kept.", name=view.name), "success")
        return self._go(way)  # type: ignore[no-any-return]

    def open_view(self, id: uuid.UUID) -> Response:
        """Lead to the list as the view asks; where it asks for what is gone, say so and show the whole list."""
        view = self._view(id)
        try:
            ask(self._desk.resource, parse_qs(view.question), limit=1, zone=ZoneInfo(zone()))
        except Invalid:
            text = _("The view “%(name)s” asks for something that this list does not have any more. The whole list is shown.", name=view.name)  # fmt: skip
            get(Layout).flash(text, "error")
            return self._go("")  # type: ignore[no-any-return]
        return self._go(f"?{view.question}")  # type: ignore[no-any-return]

    def rename_view(self, id: uuid.UUID) -> Response:
        """Give a view another name."""
        view = self._changing(id)
        try:
            mine().rename(view, request.form.get("name", ""))
        except Invalid as error:
            current().undo()
            get(Layout).flash(say(error), "error")
        else:
            get(Layout).flash(_("The view is called “%(name)s” now.", name=view.name), "success")
        return self._go("views")  # type: ignore[no-any-return]

    def remove_view(self, id: uuid.UUID) -> Response:
        """Keep a view no longer; the records stay."""
        view = self._changing(id)
        name = view.name
        mine().remove(view)
        get(Layout).flash(_("The view “%(name)s” is gone; the records are still there.", name=name), "success")
        return self._go("views" if self._views() else "")  # type: ignore[no-any-return]

    def _views(self) -> list[View]:
        """Return the views of this list that the reader sees."""
        return list(mine().of(self._desk.plugin).get(self._desk.resource.name, ()))

    def _asked(self) -> str:
        """Return what the address asks of the list, in the words in which views are kept."""
        return question_of(request.args.items(multi=True))

    def _view(self, id: uuid.UUID) -> View:
        return mine().get(self._desk.plugin, self._desk.resource.name, id)

    def _may_change(self, view: View) -> bool:
        """Tell whether the reader may rename or remove a view: their own, and a shared one where they may write the list."""
        return mine().own(view) or self._desk.may(self._desk.resource.write)

    def _changing(self, id: uuid.UUID) -> Any:
        view = self._view(id)
        if not self._may_change(view):
            raise Invalid(_("Somebody else keeps this view."), code="forbidden", status=403)
        return view
