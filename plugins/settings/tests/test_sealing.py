"""Secrets among the settings are stored sealed, and not at all where nobody keeps a key."""

import pytest
from dihya_hookspecs import DihyaError
from dihya_settings.sealing import opener, sealed


def test_a_secret_is_sealed_and_opened(start):
    """What is stored does not hold it."""
    app = start("securite")
    with app.act():
        stored = sealed("hush-hush")
        assert "hush-hush" not in str(stored)
        assert opener()(stored) == "hush-hush"


def test_what_is_no_secret_is_left_as_it_is(start):
    """Numbers, words, lists and tables."""
    with start("securite").act():
        assert [opener()(value) for value in (1, "a", ["b"], {"c": 1})] == [1, "a", ["b"], {"c": 1}]


def test_without_a_key_no_secret_is_stored_and_none_opened(start):
    """The error says what to install."""
    with start().act():
        with pytest.raises(DihyaError, match="dihya-securite"):
            sealed("hush")
        with pytest.raises(ValueError, match="no plugin keeps the key"):
            opener()({"sealed": "x"})


def test_what_another_key_sealed_is_not_opened(start):
    """It is told as unreadable, and the default counts."""
    with start("securite").act(), pytest.raises(ValueError):
        opener()({"sealed": "AAAA"})
