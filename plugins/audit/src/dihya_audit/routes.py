"""The page and the interface of the audit log."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, jsonify, request

from .looking import Look, looked

if TYPE_CHECKING:
    from .service import Log

pages = Blueprint("audit", __name__)
api = Blueprint("audit_api", __name__)

PAGE = 50


@pages.get("/")
@requires("audit:read")
def index():
    """Show the log act by act, newest first, and whether the newest checkpoint proves it."""
    look = _look()
    return get(Layout).page("audit/index.html", title=_("Audit log"), look=look)


def _look() -> Look:
    return looked(cast("Log", get(AuditLog)), request.args, _number("before", None))


@pages.get("/bundle")
@requires("audit:read")
def download():
    """Download the log, or the entries of one act, with proofs."""
    return _bundle()


@api.get("/entries")
@requires("audit:read")
def entries():
    """List entries, newest first; ``next`` is the value of *before* for the following page."""
    limit = min(max(_number("limit", PAGE) or PAGE, 1), 500)
    found = get(AuditLog).search(
        query=request.args.get("query", ""),
        actor=request.args.get("actor", ""),
        object=request.args.get("object", ""),
        act=request.args.get("act", ""),
        before=_number("before", None),
        limit=limit,
    )
    following = found[-1].index if len(found) == limit and found[-1].index else None
    items = [{"index": entry.index, "leaf": entry.leaf, "event": asdict(entry.event)} for entry in found]
    return jsonify(items=items, next=following)


@api.get("/acts")
@requires("audit:read")
def acts():
    """List acts in sentences, newest first, narrowed as the page is; ``next`` is the value of *before* for the following page."""
    look = _look()
    return jsonify(items=[_told(line) for line in look.lines], next=look.next)


def _told(line: Any) -> dict[str, Any]:
    entries = [{"index": each.entry.index, "said": each.told.text} for each in line.entries]
    return {"act": line.act, "at": line.at, "said": line.told.text, "outcome": line.outcome, "plugin": line.plugin,
            "count": line.count, "entries": entries}  # fmt: skip


@api.get("/checkpoint")
@requires("audit:read")
def checkpoint():
    """Return the newest checkpoint as a signed note."""
    return Response(get(AuditLog).checkpoint(), mimetype="text/plain")


@api.get("/bundle")
@requires("audit:read")
def archive():
    """Return a bundle that verifies offline."""
    return _bundle()


def _bundle() -> Response:
    act = request.args.get("act") or None
    data = get(AuditLog).bundle(act)
    current().record("audit.export", object=act and act[:500], bytes=len(data))
    name = "audit.zip" if act is None else "audit-act.zip"
    return Response(data, mimetype="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _number(name: str, default: int | None) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        message = f"{name!r} must be a whole number"
        raise Invalid(message, flaws=[Flaw(f"/{name}", message)])
    return int(text)


BLUEPRINTS = (pages, api)
