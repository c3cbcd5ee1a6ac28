"""A plugin in a running application."""

from __future__ import annotations

from types import SimpleNamespace

from dihya_core.loading.discovery import Candidate
from dihya_core.loading.loaded import LoadedPlugin
from dihya_hookspecs.app import Trouble

TROUBLE = Trouble("failing", "on_request", 1, 2)


def test_a_plugin_in_memory_is_its_own_module():
    """Nothing is imported for it."""
    face = SimpleNamespace()
    assert LoadedPlugin(Candidate("toy", "dihya_toy", module=face)).module() is face


def test_an_active_plugin_that_tripped_says_why():
    """The reason of the breaker stands in the place of its own."""
    info = LoadedPlugin(Candidate("toy", "dihya_toy"), "active").info("failed 5 times", [TROUBLE])
    assert (info.state, info.reason, info.troubles) == ("tripped", "failed 5 times", ())


def test_a_plugin_that_does_not_run_has_no_troubles():
    """What it did before it was taken out is in the log."""
    info = LoadedPlugin(Candidate("toy", "dihya_toy"), "quarantined", "a reason").info(None, [TROUBLE])
    assert (info.state, info.reason, info.troubles) == ("quarantined", "a reason", ())
    assert LoadedPlugin(Candidate("toy", "dihya_toy"), "active").info(None, [TROUBLE]).troubles == (TROUBLE,)
