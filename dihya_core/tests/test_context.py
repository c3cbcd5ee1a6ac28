"""What a command runs in."""

from __future__ import annotations

from dihya_core.cli.context import CommandContext


def test_nothing_is_loaded_until_somebody_asks(tmp_path, monkeypatch):
    """Making a context costs nothing; the plugins are loaded at the first use, and once."""
    monkeypatch.chdir(tmp_path)
    context = CommandContext(overrides=['plugins.enable=["db"]'])
    assert context.built is None and not context.given
    assert context.runtime is context.runtime
    assert context.acts is context.acts


def test_plugins_that_were_handed_over_are_not_those_of_the_configuration(make_app):
    """What is listed for them is not remembered for others."""
    assert CommandContext(built=make_app().flask.runtime).given
