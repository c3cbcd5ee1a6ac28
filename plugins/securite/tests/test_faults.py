"""What is wrong with a form, as its page says it."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Flaw, Invalid
from dihya_securite.faults import faults_of, sentence


@pytest.mark.parametrize(
    ("said", "shown"), [("too short", "Too short."), ("Try again.", "Try again."), ("why?", "Why?"), ("", "")]
)
def test_an_error_becomes_a_sentence(said, shown):
    """It begins with a capital letter and ends with one stop."""
    assert sentence(said) == shown


def test_each_flaw_stands_under_its_field():
    """The pointer names the field."""
    flaws = [Flaw("/title", "too long"), Flaw("/scopes", "choose one")]
    assert faults_of(Invalid("two flaws", flaws=flaws)) == {"title": "Too long.", "scopes": "Choose one."}


def test_an_error_without_flaws_concerns_no_field():
    """It stands under the empty name."""
    assert faults_of(Invalid("not now")) == {"": "Not now."}
