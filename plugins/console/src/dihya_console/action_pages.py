"""The pages of a resource from which something is done with its records, and what was done before."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext
from dihya_hookspecs.resources.actions import Action, actions_of, carry_out, permission_of
from dihya_hookspecs.ui import Layout, url_of
from flask import Response, request

from .base_pages import BasePages
from .captions import Captions
from .forms import label_of
from .history import History
from .words import say

LINES = 100
CHOOSE = "choose"
"""The argument of a list in which everything on the page is chosen already."""


class ActionPages(BasePages):
    """Actions on one record or on a selection, and the history of one."""

    def act(self, name: str) -> Response:
        """Ask where the action asks, then do it for every record that was chosen, or for none."""
        desk, each = self._desk, actions_of(self._desk.resource)[name]
        ids, one = self._chosen(), request.form.get("from") == "record"
        if each.confirm and "confirmed" not in request.form and ids:
            names = self._names(ids)
            return self._page("action", str(each.title), action=each, names=names, ids=ids, one=one, way=self._way())
        try:
            done = carry_out(desk.plugin, desk.resource, name, ids)
        except Invalid as error:
            current().undo()
            get(Layout).flash(f"{each.title}: {say(error)}", "error")
        else:
            text = ngettext(
                "Done for %(count)s record: %(what)s.", "Done for %(count)s records: %(what)s.", done, what=each.title
            )
            get(Layout).flash(text, "success")
        return self._go_to(ids[0]) if one and ids else self._back()

    def history(self, id: uuid.UUID) -> Response:
        """Who changed which fields of the record, and what else was done with it, the newest first."""
        desk = self._desk
        record = desk.service.get(id)
        title = _("History of “%(name)s”", name=desk.caption(record))
        history, former, captions = History(desk.plugin, desk.resource), dict[str, tuple[uuid.UUID, Any]](), Captions()
        may_write = bool(desk.resource.write) and desk.decide(desk.resource.write, record)
        for kept in (
            self._undoing.changes(id) if may_write else ()
        ):  # of several changes in one act the first one counts
            said = [
                (label_of(desk.resource, name), desk.cell(SimpleNamespace(**kept.values), name, captions))
                for name in kept.values
            ]
            former[kept.act] = kept.id, said
        return self._page(
            "history", title, record=record, name=desk.caption(record), lines=history.lines(id, LINES), former=former,
            log=url_of("audit-log", object=history.object(id)),
        )  # fmt: skip

    def _actions(self) -> list[Action]:
        """Return the actions that the actor may carry out."""
        resource = self._desk.resource
        return [each for each in actions_of(resource).values() if self._desk.may(permission_of(resource, each))]

    def _chosen(self) -> list[uuid.UUID]:
        try:
            return [uuid.UUID(text) for text in request.form.getlist("ids")]
        except ValueError as error:
            raise Invalid(_("a record is named by its identifier"), code="bad-request", status=400) from error

    def _names(self, ids: list[uuid.UUID]) -> list[str]:
        captions = Captions()
        captions.prefetch(self._desk, ids)
        return [captions.by_id(self._desk, id) for id in ids]

    def _way(self) -> str:
        """Return the address of the list as it was narrowed, searched and sorted when the records were chosen."""
        said = [pair for pair in parse_qsl(request.form.get("way", "")) if pair[0] not in (CHOOSE, "lang")]
        return f"?{urlencode(said)}" if said else ""

    def _back(self) -> Response:
        return self._go(self._way())  # type: ignore[no-any-return]
