"""Readiness: critical checks, with a limit, without their findings."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import current
from dihya_hookspecs.ops import HealthCheck
from dihya_wsgi import routes
from dihya_wsgi.health import Readiness


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Each test asks anew."""
    monkeypatch.setattr(routes, "readiness", Readiness())


def plugin(*checks):
    """Return a plugin that registers these checks."""

    @hookimpl
    def register_health_checks():
        """Give the checks of this test."""
        return list(checks)

    return SimpleNamespace(register_health_checks=register_health_checks, __name__="dihya_fake", __doc__="Checks.")


def broken():
    """Fail with a secret in the message."""
    raise RuntimeError("cannot reach postgresql://user:hunter2@host")


def ready(house, *checks, **settings):
    """Return the application and its answer."""
    app = house("wsgi", plugins={"fake": plugin(*checks)}, config={"wsgi": settings})
    return app, app.client().get("/health/ready")


def test_ready_is_200_when_all_critical_checks_pass(house):
    """Checks run inside an act of their own; those that are not critical are not asked."""
    _, answer = ready(house, HealthCheck("act", lambda: current().id), HealthCheck("extra", broken, critical=False))
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert answer.json["checks"]["fake.act"]["status"] == "ok"
    assert "fake.extra" not in answer.json["checks"]


def test_ready_is_503_and_says_nothing_secret(house):
    """A failing check is named; what it said is not, and the trail has no failed act."""
    app, answer = ready(house, HealthCheck("down", broken))
    assert (answer.status_code, answer.json["checks"]["fake.down"]["status"]) == (503, "failed")
    assert b"hunter2" not in answer.data
    assert [event for event in app.trail if event.outcome == "failed"] == []


def test_a_hanging_check_is_cut_off_and_not_piled_up(house):
    """A check beyond its limit is 503, and is not started again while it hangs."""
    released, started = threading.Event(), []

    def hang():
        started.append(1)
        released.wait(20)
        return "late"

    app, answer = ready(house, HealthCheck("hang", hang), probe_seconds=0.05)
    assert (answer.status_code, answer.json["checks"]["fake.hang"]["status"]) == (503, "slow")
    routes.readiness._last = None
    assert app.client().get("/health/ready").status_code == 503
    assert len(started) == 1
    released.set()
    routes.readiness._hanging["fake.hang"].thread.join(20)
    routes.readiness._last = None
    assert app.client().get("/health/ready").status_code == 200


def test_asking_often_costs_one_run(house):
    """Within a second the same answer is given again."""
    runs = []
    app, _ = ready(house, HealthCheck("count", lambda: runs.append(1) or "fine"))
    assert app.client().get("/health/ready").status_code == 200
    assert len(runs) == 1
