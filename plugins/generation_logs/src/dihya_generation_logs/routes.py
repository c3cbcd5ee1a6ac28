"""The pages of the log: one generation, and the signed export. The list is a resource."""

from __future__ import annotations

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirect

from .service import GenerationLogs

blueprint = Blueprint("generation_logs", __name__)


@blueprint.get("/")
@requires("generation_logs:read")
def index() -> Redirect:
    """Lead to the list, which once stood here."""
    return redirect(f"{request.script_root}/generation_logs/generations/")


@blueprint.get("/<uuid:id>")
@requires("generation_logs:read")
def show(id) -> Response:
    """Show one generation with every attempt."""
    found = get(GenerationLogs).get(id)
    return get(Layout).page("generation_logs/detail.html", title=_("Generation"), generation=found)


@blueprint.get("/export.zip")
@requires("generation_logs:read")
def export() -> Response:
    """Download all records, signed."""
    from .export import Format, pack

    logs = get(GenerationLogs)
    form: Format = "csv" if request.args.get("format") == "csv" else "jsonl"
    records = logs.between()
    current().record("generation_logs.export", rows=len(records), format=form)
    response = Response(pack(records, form, logs.marks.signer(), ("", "")), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="generation-log.zip"'
    return response


BLUEPRINTS = (blueprint,)
