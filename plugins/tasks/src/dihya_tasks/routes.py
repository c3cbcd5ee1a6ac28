"""The page of the tasks: what waits, runs and failed; dead letters are replayed or dropped there."""

from __future__ import annotations

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

blueprint = Blueprint("tasks", __name__)


@blueprint.get("/")
@requires("tasks:read")
def index() -> Response:
    """Show the newest tasks and the dead letters."""
    queue = get(Tasks)
    may_manage = get(Access).decide(current().actor, "tasks:manage").allowed
    return get(Layout).page(
        "tasks/index.html", title=_("Tasks"), tasks=queue.recent(), dead=queue.dead(), may_manage=may_manage
    )


@blueprint.post("/<id>/replay")
@requires("tasks:manage")
def replay(id: str) -> Redirect:
    """Begin a dead letter again."""
    get(Tasks).replay(id)
    get(Layout).flash(_("The task begins again."), "success")
    return redirect(url_for("tasks.index"), 303)


@blueprint.post("/<id>/drop")
@requires("tasks:manage")
def drop(id: str) -> Redirect:
    """Give a dead letter up."""
    get(Tasks).drop(id, request.form.get("reason", ""))
    get(Layout).flash(_("The task is dropped."), "success")
    return redirect(url_for("tasks.index"), 303)


@blueprint.post("/<id>/cancel")
@requires("tasks:manage")
def cancel(id: str) -> Redirect:
    """Ask for a task to stop."""
    get(Tasks).cancel(id)
    get(Layout).flash(_("The task stops before its next step."), "success")
    return redirect(url_for("tasks.index"), 303)


BLUEPRINTS = (blueprint,)
