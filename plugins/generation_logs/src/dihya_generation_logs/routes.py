"""The pages of the log: a list, one generation, the signed export."""

from __future__ import annotations

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, request

from .service import GenerationLogs

blueprint = Blueprint("generation_logs", __name__)


@blueprint.get("/")
@requires("generation_logs:read")
def index() -> Response:
    """List the generations, the newest first."""
    sought = {name: request.args.get(name, "").strip()[:100] for name in ("query", "status", "tier")}
    found = get(GenerationLogs).recent(after=request.args.get("after"), **sought)
    return get(Layout).page("generation_logs/list.html", title=_("Provenance of projects"), found=found, sought=sought)


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
