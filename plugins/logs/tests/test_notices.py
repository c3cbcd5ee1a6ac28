"""Lines about what happens in the application itself."""

from __future__ import annotations

import json

from dihya_hookspecs.app import PluginChange
from dihya_hookspecs.data import Event


def test_a_change_of_a_plugin_and_an_event_leave_a_line(make_app):
    """A tripped plugin is a warning, an event one line with its name and nothing of its payload."""
    app = make_app("logs", config={"logs": {"console": "off"}})
    app.hooks.call("on_plugin_state", change=PluginChange("shop", "tripped", "failed five times", "active"))
    app.hooks.call("on_event", event=Event("shop.ordered", {"who": "Tin"}, "a" * 32, "shop"))
    warning, info = [json.loads(line) for line in (app.data / "logs" / "dihya.jsonl").read_text().splitlines()][-2:]
    assert warning["level"] == "warning" and warning["event"] == "plugin shop is tripped: failed five times"
    assert info["event"] == "event shop.ordered" and info["publisher"] == "shop" and "Tin" not in json.dumps(info)
