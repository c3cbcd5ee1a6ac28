"""The OpenAPI document and the explorer."""

from __future__ import annotations

import json
from typing import Any

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Hooks, Plugins
from dihya_hookspecs.brand import Brand
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Flask, Response, current_app, request

from . import explorer, openapi

blueprint = Blueprint("docs", __name__, url_prefix="/docs")


@blueprint.get("/openapi.json")
@requires("docs:read")
def openapi_json() -> Response:
    """Return the OpenAPI 3.1 document of the running application."""
    answer = Response(json.dumps(_document(), ensure_ascii=False), mimetype="application/json")
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)  # type: ignore[return-value]


@blueprint.get("/")
@requires("docs:read")
def index() -> Response:
    """Show every operation, with a form to try it."""
    groups = explorer.groups(_document())
    return get(Layout).page("docs/explorer.html", title=_("The API"), groups=groups)


def _document() -> dict[str, Any]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    plugins = get(Plugins)
    called = (get(Brand).name(), get(Brand).slogan()) if plugins.provides(Brand) else openapi.OURS
    return openapi.document(app, get(Hooks), plugins.all(), called)


BLUEPRINTS = (blueprint,)
