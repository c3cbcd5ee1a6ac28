"""``/health/live``: the process answers. ``/health/ready``: what it needs answers too."""

from __future__ import annotations

from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.web import public
from flask import Blueprint, Response, jsonify

from .health import Readiness
from .settings import Settings

blueprint = Blueprint("wsgi", __name__, url_prefix="/health")
readiness = Readiness()


@blueprint.get("/live")
@public("a supervisor has no account, and the answer says nothing but that there is one")
def live() -> Response:
    """Say that this process answers."""
    return _answer({"status": "ok"})


@blueprint.get("/ready")
@public("a load balancer has no account, and the answer names checks without their findings")
def ready() -> Response:
    """Say whether everything critical works: 200, or 503 naming the checks that fail."""
    checks = get(Plugins).collected("register_health_checks")
    probes = readiness.ask(checks, get(Acts), get(Settings).probe_seconds)
    good = all(probe.state == "ok" for probe in probes)
    found = {probe.name: {"status": probe.state, "milliseconds": probe.milliseconds} for probe in probes}
    return _answer({"status": "ok" if good else "failed", "checks": found}, 200 if good else 503)


def _answer(body: dict[str, object], status: int = 200) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
