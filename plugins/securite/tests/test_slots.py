"""What stands on one's own account."""

from __future__ import annotations

from dihya_hookspecs.slots import SlotContext
from dihya_securite.slots import keys, sessions


def test_browsers_and_keys_are_those_of_the_reader(place, add, sign_in):
    """Somebody else's are not among them, and the one in use is marked."""
    app = place()
    add(app, "tin@example.org")
    add(app, "ada@example.org")
    sign_in(app, "ada@example.org")
    page = sign_in(app, "tin@example.org").get("/securite/account/").text
    assert page.count("this one") == 1 and "You have no API key." in page


def test_nobody_has_neither(place):
    """Somebody unknown sees nothing."""
    with place().act():
        assert sessions(SlotContext(None)) is None and keys(SlotContext(None)) is None
