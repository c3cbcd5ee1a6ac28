"""The hooks of this plugin, as a generation calls them."""

from __future__ import annotations

from dihya_hookspecs.generation import Needs


def test_generation_goes_through_the_hooks(make_app):
    """``before_generation`` completes the needs, ``generate_files`` gives the files."""
    app = make_app("templates")
    with app.act():
        needs = app.hooks.call("before_generation", needs=Needs("x", "association", "club"))
        answers = app.hooks.call("generate_files", needs=needs)
    assert needs.options["party_size"] == 4
    assert [plugin for plugin, _ in answers] == ["templates"]
    assert "src/dihya_club/models.py" in answers[0][1]
