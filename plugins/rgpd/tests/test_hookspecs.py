"""What plugins say of themselves to this one."""

from __future__ import annotations

from types import SimpleNamespace


def test_a_plugin_whose_purposes_are_none_is_taken_out_when_they_are_gathered(make_app):
    """It is named with the reason, and the others go on."""
    app = make_app("rgpd", plugins={"club": SimpleNamespace(PURPOSES=("letter",))})
    assert app.hooks.collected("rgpd_purposes") == ()
