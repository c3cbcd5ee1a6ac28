"""Whose settings there are."""

import pytest
from dihya_hookspecs import NotFound, Refused
from dihya_hookspecs.access import SYSTEM, Actor
from dihya_settings.reach import demand_person, demand_plugin


@pytest.mark.parametrize("actor", [None, SYSTEM])
def test_only_people_have_settings_of_their_own(start, actor):
    """Somebody unknown and the application itself are refused; a person is returned."""
    app = start()
    with app.act(actor=Actor("ann", "Ann")) as act:
        assert demand_person() is act.actor
    with pytest.raises(Refused, match="only people have settings of their own"), app.act(actor=actor):
        demand_person()


def test_a_plugin_without_such_settings_is_not_found(start):
    """It is named."""
    with start().act():
        demand_plugin("choir")
        with pytest.raises(NotFound, match="plugin 'nobody' has no settings"):
            demand_plugin("nobody")
