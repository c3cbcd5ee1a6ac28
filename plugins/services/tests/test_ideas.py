"""What of an idea is kept, and which options it names."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_services import ideas
from hypothesis import given
from hypothesis import strategies as st

OPTIONS = {
    "properties": {
        "donations": {"type": "boolean", "x-title": {"en": "Donations", "fr": "Dons"}},
        "events": {"type": "boolean", "x-title": {"en": "Events", "fr": "Événements"}},
        "seats": {"type": "integer", "x-title": {"en": "Seats", "fr": "Places"}},
    }
}


@given(st.text())
def test_any_text_is_cleaned_or_refused(text: str) -> None:
    """No text breaks it, and what is kept has no control characters and can be kept again unchanged."""
    try:
        kept = ideas.clean(text, 200)
    except Invalid as error:
        assert error.flaws[0].pointer == "/idea"
        return
    assert 3 <= len(kept) <= 200
    assert not any(ord(one) < 32 and one not in "\n\t" for one in kept)
    assert ideas.clean(kept, 200) == kept


def test_keeps_joiners_and_drops_what_turns_text_around() -> None:
    """Emoji families and Arabic stay whole; direction overrides, NUL and escape sequences go."""
    assert ideas.clean("👩‍⚕️ suivi", 100) == "👩‍⚕️ suivi"
    assert ideas.clean("sui\u202evi\x00 \x1b[31mrouge", 100) == "suivi [31mrouge"


def test_the_limit_is_named() -> None:
    """A long idea is refused with what it has and what is allowed."""
    with pytest.raises(Invalid, match="10000 characters, and at most 4000"):
        ideas.clean("x" * 10_000, 4000)


@pytest.mark.parametrize(
    ("idea", "found"),
    [
        ("suivre les dons de la chorale", {"donations": True}),
        ("Donation receipts", {"donations": True}),
        ("les evenements et les DONS", {"donations": True, "events": True}),
        ("42 places", {}),
        ("rien", {}),
    ],
)
def test_finds_the_switches_that_are_named(idea: str, found: dict) -> None:
    """In both languages, with or without accents and plural; only switches are turned."""
    assert ideas.named_options(idea, OPTIONS) == found
