"""The lists of words by which a sentence is read."""

from __future__ import annotations

import pytest
from dihya_services.lemmas import fold
from dihya_services.reading_words import listed_as, states


@pytest.mark.parametrize("name", ["clausal", "opening", "links"])
def test_a_list_holds_folded_words(name):
    """A sentence is compared without accents and capitals, so that each word stands in that spelling."""
    assert listed_as(name) and all(word == fold(word) for word in listed_as(name))


def test_a_list_that_is_not_there_is_an_error():
    """Whoever mistypes a name does not read sentences with an empty list."""
    with pytest.raises(KeyError):
        listed_as("nothing")


def test_a_state_is_held_by_fields_or_values():
    """One that no table could hold would be understood and forgotten."""
    assert states() and all(state.words and (state.fields or state.values) for state in states())
