"""``/health/live``: the process answers. ``/health/ready``: what it needs answers too."""

from __future__ import annotations

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.ops import Health, HealthResult
from dihya_hookspecs.web import public
from flask import Blueprint, Response, jsonify

blueprint = Blueprint("wsgi", __name__, url_prefix="/health")


@blueprint.get("/live")
@public("a supervisor has no account, and the answer says nothing but that there is one", unguarded=True)
def live() -> Response:
    """Say that this process answers."""
    return _answer({"status": "ok"})


@blueprint.get("/ready")
@public("a load balancer has no account, and the answer names checks without their findings", unguarded=True)
def ready() -> Response:
    """Say whether everything critical works: 200, or 503 naming the checks that fail."""
    results = get(Health).ask(optional=False)
    good = all(result.state == "ok" for result in results)
    found = {_name(result): {"status": result.state, "milliseconds": result.milliseconds} for result in results}
    fares = {info.name: info.troubles[0].kind if info.troubles else info.state for info in get(Plugins).all()}
    troubled = {name: state for name, state in fares.items() if state not in ("active", "disabled")}
    body = {"status": "ok" if good else "failed", "checks": found, "plugins": troubled}
    return _answer(body, 200 if good else 503)


def _name(result: HealthResult) -> str:
    """Return the check's name below the name of its plugin."""
    own = result.name == result.plugin or result.name.startswith(f"{result.plugin}.")
    return result.name if own else f"{result.plugin}.{result.name}"


def _answer(body: dict[str, object], status: int = 200) -> Response:
    answer = jsonify(body)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer


BLUEPRINTS = (blueprint,)
