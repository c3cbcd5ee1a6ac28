"""The page of what is late, and the button that gives more days."""

import uuid

from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, redirect, url_for
from sqlalchemy.orm import Session

from . import service
from .settings import Settings

shelf = Blueprint("shelf", __name__)


@shelf.get("/late")
@requires("shelf:late")
def late() -> Response:
    """Show what is late."""
    return get(Layout).page("shelf/late.html", title=_("Late"), loans=service.late(get(Session)))


@shelf.post("/renew/<uuid:loan_id>")
@requires("shelf:late")
def renew(loan_id: uuid.UUID) -> Response:
    """Give a loan more days."""
    service.renew(get(Session), loan_id, get(Settings).days)
    return redirect(url_for("shelf.late"), 303)


BLUEPRINTS = (shelf,)
