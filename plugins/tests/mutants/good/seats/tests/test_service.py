"""Seats, and a second plugin that takes part."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid, hookimpl
from dihya_seats import service


@pytest.fixture
def choir():
    """A plugin that keeps the first row for the choir, and remembers who came."""
    given = []

    @hookimpl(optionalhook=True)
    def seats_refusal(room, seat):
        """Keep ten seats free."""
        return "this seat is for the choir" if seat <= 10 else None

    @hookimpl(optionalhook=True)
    def seats_given(room, seat):
        """Remember it."""
        given.append((room, seat))

    return SimpleNamespace(
        seats_refusal=seats_refusal, seats_given=seats_given, given=given, __doc__="The choir.", __name__="dihya_choir"
    )


def test_another_plugin_may_object(make_app, choir):
    """Its name and reason are said, and nobody is told of a seat that was not given."""
    with make_app("seats", plugins={"choir": choir}).act(), pytest.raises(Invalid, match="choir: this seat is for"):
        service.give("hall", 10)
    assert choir.given == []


def test_another_plugin_hears_of_it(make_app, choir):
    """Once, with room and seat."""
    with make_app("seats", plugins={"choir": choir}).act():
        assert service.give("hall", 11) == "hall-011"
    assert choir.given == [("hall", 11)]


@pytest.mark.parametrize(("seat", "ticket"), [(1, "hall-001"), (500, "hall-500")])
def test_without_others_every_seat_is_given(make_app, seat, ticket):
    """The hooks need nobody."""
    with make_app("seats").act():
        assert service.give("hall", seat) == ticket


@pytest.mark.parametrize("seat", [0, 501])
def test_a_seat_that_is_not_there_is_refused(make_app, seat):
    """The sentence says which there are."""
    with make_app("seats").act(), pytest.raises(Invalid, match="seats 1 to 500"):
        service.give("hall", seat)
