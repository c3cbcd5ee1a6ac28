"""Pages for every resource that a plugin declares: list, form, record, removal, spreadsheet."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Decision
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Query, where
from dihya_hookspecs.resources.actions import actions_of, permission_of
from dihya_hookspecs.resources.columns import shown as shown_of
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import Resource, about, accepts, requires
from flask import Blueprint, Response, request

from .agenda import AgendaPages
from .bin_pages import BinPages
from .captions import Captions
from .file_pages import BODY, FilePages
from .form_pages import FormPages
from .forms import label_of
from .list_pages import COUNTED
from .records import Desk
from .selection_pages import SelectionPages
from .timeline import TimelinePages
from .words import known, say

OWN_PAGE = ("record", "paper", "card")
"""What a plugin with a page of its own for one record does not get: that page says what is seen of it."""
FIRST = 5
"""Of what points to a record, this many are named on its page."""


class Related(NamedTuple):
    """What points to a record: the list's title and address, how many, the first ones, and where to add one."""

    title: str
    path: str
    count: int
    first: list[tuple[str, str]]
    add: str


def make_resource_pages() -> Blueprint:
    """Return the blueprint with the pages of all resources; they are known before routes are asked for."""
    blueprint = Blueprint("console_resources", __name__, url_prefix="")
    for plugin, resource in get(Plugins).collected("register_resources"):
        mount(blueprint, plugin, resource)
    return blueprint


def mount(blueprint: Blueprint, plugin: str, resource: Resource) -> None:
    """Add the pages of one resource, each behind the resource's own permission."""
    pages, base = ResourcePages(Desk(plugin, resource)), f"/{plugin}/{resource.name}"
    rules: list[tuple[str, str, str, Callable[..., Any], tuple[str, ...]]] = [
        ("/", "list", resource.read, pages.index, ("GET",)),
        (".csv", "csv", resource.read, pages.csv, ("GET",)),
        (".xlsx", "xlsx", resource.read, pages.xlsx, ("GET",)),
        ("/print", "print", resource.read, pages.list_paper, ("GET",)),
        ("/agenda", "agenda", resource.read, pages.agenda, ("GET",)),
        ("/agenda/<span>/<day>", "agenda_of", resource.read, pages.agenda, ("GET",)),
        ("/agenda/<span>/<day>.ics", "calendar", resource.read, pages.calendar, ("GET",)),
        ("/names", "names", resource.read, pages.names, ("GET",)),
        ("/import", "import", resource.write, pages.bring, ("GET", "POST")),
        ("/template.xlsx", "template", resource.write, pages.template, ("GET",)),
        ("/new", "new", resource.write, pages.new, ("GET", "POST")),
        ("/<uuid:id>", "record", resource.read, pages.record, ("GET",)),
        ("/<uuid:id>/print", "paper", resource.read, pages.paper, ("GET",)),
        ("/<uuid:id>/card", "card", resource.read, pages.card, ("GET",)),
        ("/<uuid:id>/timeline", "timeline", resource.read, pages.timeline, ("GET",)),
        ("/<uuid:id>/edit", "edit", resource.write, pages.edit, ("GET", "POST")),
        ("/<uuid:id>/history", "history", resource.write or resource.read, pages.history, ("GET",)),
        ("/<uuid:id>/delete", "delete", resource.write, pages.delete, ("GET", "POST")),
        ("/<uuid:id>/history/<uuid:change>", "revert", resource.write, pages.revert, ("POST",)),
        ("/bin", "bin", resource.write, pages.bin, ("GET",)),
        ("/bin/empty", "bin_empty", resource.write, pages.empty_bin, ("POST",)),
        ("/bin/<uuid:id>", "bin_put_back", resource.write, pages.put_back, ("POST",)),
        ("/bin/acts/<act>", "bin_put_back_together", resource.write, pages.put_back_together, ("POST",)),
        ("/views", "views", resource.read, pages.views, ("GET",)),
        ("/views", "view_keep", resource.read, pages.keep_view, ("POST",)),
        ("/views/<uuid:id>", "view", resource.read, pages.open_view, ("GET",)),
        ("/views/<uuid:id>", "view_rename", resource.read, pages.rename_view, ("POST",)),
        ("/views/<uuid:id>/remove", "view_remove", resource.read, pages.remove_view, ("POST",)),
        ("/selection/delete", "selection_delete", resource.write, pages.delete_chosen, ("POST",)),
        ("/selection/state", "selection_state", resource.write, pages.bring_chosen, ("POST",)),
    ]
    for rule, name, permission, view, methods in rules:
        if not permission or (name in OWN_PAGE and resource.page):
            continue  # nobody writes it, or the plugin has a page of its own
        endpoint = f"{plugin}_{resource.name}_{name}"
        table = resource.service.model.__tablename__
        guarded = about(plugin, table)(_guarded(permission, view))
        if name == "import":
            guarded = accepts(max_body=BODY)(guarded)
        blueprint.add_url_rule(base + rule, endpoint, guarded, methods=list(methods))
    for each in actions_of(resource).values():
        view = _guarded(permission_of(resource, each), partial(pages.act, each.name), each.confirmed)
        endpoint = f"{plugin}_{resource.name}_action_{each.name}"
        guarded = about(plugin, resource.service.model.__tablename__)(view)
        blueprint.add_url_rule(f"{base}/actions/{each.name}", endpoint, guarded, methods=["POST"])


def _guarded(permission: str, page: Callable[..., Any], confirmed: bool = False) -> Callable[..., Any]:
    @requires(permission, confirmed=confirmed)
    def view(**arguments: Any) -> Any:
        return page(**arguments)

    return view


class ResourcePages(FilePages, FormPages, AgendaPages, SelectionPages, BinPages, TimelinePages):
    """The views of one resource."""

    def record(self, id: uuid.UUID) -> Response:
        """One record, what can be done with it, and what points to it."""
        desk = self._desk
        record = desk.service.consult(id)
        captions = Captions()
        shown = set(shown_of(desk.model)) - desk.hidden()
        told = (*(field.name for field in desk.fields()), *desk.resource.columns, "created_at", "changed_at")
        names = [name for name in dict.fromkeys(told) if name in shown]
        facts = [(label_of(desk.resource, name), desk.cell(record, name, captions)) for name in names]
        may_write = desk.decide(desk.resource.write, record) if desk.resource.write else None
        return self._page(
            "record", desk.caption(record), record=record, facts=facts, related=self._related(id),
            may_write=may_write, why_not="" if may_write or may_write is None else refused(may_write),
            actions=self._actions(),
        )  # fmt: skip

    def _related(self, id: uuid.UUID) -> list[Related]:
        """Return what points to the record: the first of each list, how many there are, and where to add one."""
        found = []
        for other, name in self._desk.referring():
            query, captions = Query(filters=where(**{name: id}), limit=FIRST), Captions()
            items = other.service.find(query).items
            captions.prepare(other, items, other.caption_fields())
            asked = urlencode({name: id})
            found.append(
                Related(
                    str(other.resource.title), f"{other.path}?{asked}", other.service.count(query, most=COUNTED),
                    [(captions.of(other, item), other.page_of(item.id)) for item in items],
                    f"{other.path}new?{asked}" if other.may(other.resource.write) else "",
                )
            )  # fmt: skip
        return found

    def delete(self, id: uuid.UUID) -> Response:
        """Ask, then remove."""
        desk = self._desk
        record = desk.service.get(id)
        desk.service.permitted("remove", record)
        name, problem, related = desk.caption(record), "", list[Related]()
        if request.method == "POST":
            try:
                desk.service.remove(id)
            except Invalid as error:
                current().undo()
                record, problem = desk.service.get(id), say(error)
                related = [each for each in self._related(id) if each.count] if error.code == "referred" else []
            else:
                kept = self._undoing.just_removed()
                undo = f"{desk.path}bin/{kept.id}" if kept else ""
                get(Layout).flash(_("“%(name)s” was deleted.", name=name), "success", undo=undo)
                return self._go("")
        title, bin = _("Delete “%(name)s”?", name=name), self._undoing.bin
        return self._page(
            "delete", title, status=409 if problem else 200, record=record, name=name, problem=problem, related=related,
            days=bin.days if bin else 0,
        )  # fmt: skip


def refused(decision: Decision) -> str:
    """Return the words for a refusal in the language of the act."""
    key = f"problem.{decision.code}"
    return _(key, **decision.params) if known(key) else decision.reason
