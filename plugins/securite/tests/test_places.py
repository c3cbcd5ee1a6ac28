"""Places for those who wait for a hash."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from dihya_hookspecs import DihyaError
from dihya_securite.places import Places


@pytest.fixture
def held():
    """A stack that gives every place back after the test."""
    with ExitStack() as stack:
        yield stack


def test_who_finds_no_place_hears_503_at_once(held):
    """Eight strangers have the eight places; the ninth is told when to come again."""
    places = Places(8)
    for number in range(8):
        held.enter_context(places.take(f"from {number}", f"to {number}"))
    assert places.is_full()
    with pytest.raises(DihyaError) as caught, places.take("from 9", "to 9"):
        pass
    assert (caught.value.status, caught.value.code, caught.value.headers) == (503, "busy", {"Retry-After": "1"})


@pytest.mark.parametrize("same", ["from", "to"])
def test_one_address_and_one_account_have_a_part_of_the_places(held, same):
    """Half of them; the others are free for everybody else."""
    places = Places(8)
    for number in range(4):
        held.enter_context(places.take(f"{same} it", f"another {number}"))
    with pytest.raises(DihyaError), places.take(f"{same} it", "another 9"):
        pass
    assert not places.is_full()
    with places.take("from elsewhere", "to another"):
        pass


def test_who_is_known_has_places_of_their_own(held):
    """However many strangers wait, a browser that is known finds a place, and takes none of theirs."""
    places = Places(4)
    for number in range(4):
        held.enter_context(places.take(f"from {number}"))
    with places.take("from a known browser", known=True):
        pass
    with pytest.raises(DihyaError), places.take("from 9"):
        pass


def test_a_place_is_given_back_however_it_ends():
    """Nobody keeps a place, and nothing is remembered of who left."""
    places = Places(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), places.take("from here", "to there"):
            raise ZeroDivisionError
    assert not places.is_full() and not places._taken
