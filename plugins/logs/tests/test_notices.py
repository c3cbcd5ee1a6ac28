"""Lines about what happens in the application itself."""

from __future__ import annotations

import json

from dihya_hookspecs.app import PluginChange


def test_a_change_of_a_plugin_leaves_a_line(make_app):
    """A tripped plugin is a warning, with its reason."""
    app = make_app("logs", config={"logs": {"console": "off"}})
    app.hooks.call("on_plugin_state", change=PluginChange("shop", "tripped", "failed five times", "active"))
    lines = [json.loads(line) for line in (app.data / "logs" / "dihya.jsonl").read_text().splitlines()]
    assert lines[-1]["level"] == "warning" and lines[-1]["event"] == "plugin shop is tripped: failed five times"
