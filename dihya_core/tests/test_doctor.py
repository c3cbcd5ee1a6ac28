"""What the doctor finds."""

import json

from dihya_hookspecs import DihyaError
from dihya_hookspecs.events import Subscription
from dihya_hookspecs.ops import HealthCheck


def test_doctor_reports_and_exits_with_1_when_something_is_wrong(app_with_toy):
    """Each finding is one line."""
    assert "✔ toy: door: well" in app_with_toy().cli("doctor").stdout

    def broken():
        raise DihyaError("the door is stuck")

    result = app_with_toy(broken).cli("doctor", "--json")
    assert result.exit_code == 1
    assert {"check": "toy: door", "ok": False, "detail": "the door is stuck", "critical": True} in json.loads(
        result.stdout
    )


def test_doctor_says_who_publishes_where_nobody_keeps_events(make_app, plugin):
    """A plugin that listens or publishes works without an outbox, and the operator is told."""

    def register_subscriptions():
        return Subscription("toy.sung", print, "toy.ear")

    said = "events: toy publish or listen, and nobody keeps events"
    assert said in make_app(plugins={"toy": plugin(register_subscriptions)}).cli("doctor").stdout
    assert said not in make_app().cli("doctor").stdout


def test_doctor_says_what_is_lost_without_what_the_promises_stand_on(make_app, monkeypatch):
    """A plugin of those that is not installed at all is missed as much as one that was switched off; who accepted the loss is left alone."""
    app = make_app()
    runtime = app.flask.runtime
    monkeypatch.setattr(runtime, "plugins", {name: one for name, one in runtime.plugins.items() if name != "rgpd"})
    said = "▲ plugin rgpd: is not installed: nobody’s data can be exported or erased on demand; install dihya-rgpd"
    assert said in app.cli("doctor").stdout
    accepted = runtime.switches.model_copy(update={"accept_loss_of": ["rgpd"]})
    monkeypatch.setattr(runtime, "switches", accepted)
    assert "plugin rgpd" not in app.cli("doctor").stdout


def test_doctor_names_a_plugin_once(make_app, plugin):
    """A check that bears its plugin's name, or begins with it, stands without the plugin's name before it."""

    def register_health_checks():
        return [HealthCheck(name, lambda: "well") for name in ("toy", "toy.door", "toyland")]

    said = make_app(plugins={"toy": plugin(register_health_checks)}).cli("doctor").stdout.splitlines()
    assert {"✔ toy: well", "✔ toy.door: well", "✔ toy: toyland: well"} <= set(said)
