"""The site of one plugin: whom it knows, and what it can be asked."""

import pytest
from dihya_tests.exploits import ATTACKS, Site


def test_a_plugin_that_is_not_there_is_named(make_app):
    """A site of a plugin that is not active says which ones are."""
    with pytest.raises(ValueError, match="plugin 'nobody' is not active in this application; active: .*db"):
        Site.of(make_app(), "nobody")


def test_each_role_has_somebody_and_equal_rights_one(holes):
    """Of roles with the same rights in the plugin one is tried, and the plugin's own one is among them."""
    assert "holes:staff" in [name for each in holes.roles() for name in each.roles]
    assert len(list(holes.roles())) < len(holes.people)


def test_all_fifteen_attacks_find_the_hole_that_is_meant_for_them(assault):
    """Of fifteen holes in a plugin that is broken on purpose, each is found by its attack."""
    assert len(ATTACKS) == 15
    assert not [name for name in ATTACKS if not assault(name).findings]


def test_a_plugin_without_routes_has_nothing_to_attack(make_app):
    """Every attack says that it could try nothing, which is not the same as passed."""
    site = Site.of(make_app("i18n"), "i18n")
    assert {attack(site).state for attack in ATTACKS.values()} == {"nothing to attack"}
