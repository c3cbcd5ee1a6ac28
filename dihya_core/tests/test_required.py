"""Without which plugins nothing is served."""

from __future__ import annotations

import pytest
from dihya_core.loading.required import ensure_dispensable, locked, required
from dihya_core.settings.core_settings import Toggles
from dihya_hookspecs import Invalid


@pytest.mark.parametrize(
    ("switches", "name", "answer"),
    [
        ({}, "audit", True),
        ({}, "static", False),
        ({"required": ["static"]}, "static", True),
        ({"accept_loss_of": ["audit"]}, "audit", False),
        ({"enable": ["static"]}, "audit", False),
    ],
)
def test_what_the_promises_stand_on_is_required_unless_the_operator_says_otherwise(switches, name, answer):
    """Listed as required, or one of those that SECURITY.md needs and that nobody left out on purpose."""
    assert required(Toggles(**switches), name) is answer


def test_a_required_plugin_that_cannot_run_names_the_way_out():
    """The message leads to the list in the configuration, or to accepting the loss."""
    with pytest.raises(
        Invalid, match="required plugin 'static' cannot run: a reason; to start without it, take it out"
    ):
        ensure_dispensable(Toggles(required=["static"]), "static", "a reason")
    with pytest.raises(Invalid, match="plugin 'audit' cannot run: a reason. Nothing is served, .* --accept-loss"):
        ensure_dispensable(Toggles(), "audit", "a reason")
    ensure_dispensable(Toggles(), "static", "a reason")


def test_what_is_locked_says_why_in_both_languages():
    """A page shows it instead of the switch."""
    why = locked(Toggles(), "audit")
    assert "cannot be switched off here" in why.en and "ne peut pas être désactivé ici" in why.fr
    assert (
        locked(Toggles(), "static") is None
        and "listed as required" in locked(Toggles(required=["static"]), "static").en
    )
