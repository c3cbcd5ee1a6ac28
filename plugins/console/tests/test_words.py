"""The words for what a service refuses."""

from __future__ import annotations

from dihya_console.words import faults_of, say
from dihya_hookspecs import Flaw, Invalid


def test_a_flaw_stands_at_its_field_or_above_the_form() -> None:
    """What names no field of the form is said of the whole."""
    error = Invalid("x", flaws=[Flaw("/name/0", "too short"), Flaw("/other", "odd")])
    assert faults_of(error, {"name"}) == {"name": "too short", "": "odd"}
    assert faults_of(Invalid("in all"), {"name"}) == {"": "in all"}
    assert say(Invalid("in all", code="unheard-of")) == "in all"
