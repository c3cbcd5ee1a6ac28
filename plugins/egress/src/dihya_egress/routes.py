"""The page of the hosts that the application may call."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.net import Outgoing
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint
from werkzeug.wrappers import Response

blueprint = Blueprint("egress", __name__)


@blueprint.get("/")
@requires("egress:read")
def index() -> Response:
    """List the declared hosts by plugin."""
    declared = sorted(get(Outgoing).declared(), key=lambda pair: (pair[0], pair[1].host))
    return get(Layout).page("egress/index.html", title=_("Connections"), declared=declared)


BLUEPRINTS = (blueprint,)
