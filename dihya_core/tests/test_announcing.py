"""What happened to plugins goes into the log, and is told to the others."""

from __future__ import annotations

import pytest
from dihya_core.data.announcing import announce
from dihya_hookspecs.app import PluginChange


@pytest.fixture
def told():
    """The changes that a plugin was told of."""
    return []


@pytest.fixture
def started(make_app, plugin, told):
    """An application with a plugin that listens."""

    def on_plugin_state(change):
        told.append((change.plugin, change.state))

    return make_app(plugins={"listener": plugin(on_plugin_state)})


def change(app, plugin: str = "weak", state: str = "tripped") -> None:
    """Let something happen to a plugin, and announce it."""
    runtime = app.flask.runtime
    runtime.pending_changes.append(PluginChange(plugin, state, "it failed"))
    announce(app.flask.acts, runtime)


def test_a_change_is_audited_and_told_once(started, told) -> None:
    """Nothing is left to be announced again."""
    change(started)
    announce(started.flask.acts, started.flask.runtime)
    assert told == [("weak", "tripped")]
    (event,) = [event for event in started.trail if event.action == "core.plugin_state"]
    assert (event.object, event.facts["state"], event.outcome) == ("plugin:weak", "tripped", "done")


class FullDisk:
    """Acts of an application that can write nothing."""

    def open(self, name, *, actor=None):
        """Raise OSError."""
        raise OSError("disk full")


def test_an_announcement_that_cannot_be_audited_stops_nothing(started, caplog) -> None:
    """It happens in the middle of somebody's request."""
    runtime = started.flask.runtime
    runtime.pending_changes.append(PluginChange("weak", "tripped", "it failed"))
    announce(FullDisk(), runtime)
    assert "could not be audited: OSError" in caplog.text
