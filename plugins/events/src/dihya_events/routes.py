"""The page of the events: what happened, who got it, and what failed."""

from __future__ import annotations

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from .service import EventOutbox

blueprint = Blueprint("events", __name__)


@blueprint.get("/")
@requires("events:read")
def index() -> Response:
    """Show the newest events that the reader may see, and who listens."""
    outbox = get(EventOutbox)
    may_manage = get(Access).decide(current().actor, "events:manage").allowed
    return get(Layout).page(
        "events/index.html",
        title=_("Events"),
        events=outbox.recent(),
        subscribers=outbox.subscribers(),
        may_manage=may_manage,
    )


@blueprint.post("/<event>/<subscriber>/replay")
@requires("events:manage")
def replay(event: str, subscriber: str) -> Redirect:
    """Deliver again what failed for good."""
    get(EventOutbox).replay(event, subscriber)
    get(Layout).flash(_("It is delivered again."), "success")
    return redirect(url_for("events.index"), 303)


BLUEPRINTS = (blueprint,)
