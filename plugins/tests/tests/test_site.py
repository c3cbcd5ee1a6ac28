"""The site of one plugin: whom it knows, and what it can be asked."""

import pytest
from dihya_hookspecs.fields import fields_of
from dihya_tests.exploits import ATTACKS, Site, surface
from dihya_tests.exploits.surface import Route


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


@pytest.fixture
def spared(walked):
    """The site of the same plugin that attacks of fields which are declared alike one."""
    return Site.of(walked.app, walked.plugin, sparing=True)


def test_a_sparing_site_attacks_every_kind_of_field_of_each_kind_of_route(walked, spared):
    """What is left out is declared like something that the same code is attacked with; fewer names, and no kind less."""

    def met(site, names):
        fields = {table: fields_of(one.service.model) for table, one in site.resources.items()}
        return {
            (
                surface.kind_of(route, site.resources[route.table].name),
                place,
                surface.shape_of(name, fields[route.table]),
            )
            for route in site.routes
            if route.table
            for place in route.reads
            for name in names(route, place)
        }

    every, each = met(walked, Route.names), met(spared, Route.each)
    assert each == every
    assert count(spared, Route.each) < count(walked, Route.each) == count(walked, Route.names)


def count(site, names):
    return sum(len(names(route, place)) for route in site.routes for place in route.reads)


def test_a_sparing_site_leaves_no_route_out_of_what_is_about_rights(walked, spared):
    """Who may do what is declared for each table, so every route stays, with every name that it reads."""
    assert [(one.method, one.path, one.reads) for one in spared.routes] == [
        (one.method, one.path, one.reads) for one in walked.routes
    ]


def test_rows_of_one_table_come_with_those_that_it_refers_to(walked):
    """Nothing else is sown, and an unknown table means all."""
    table, model = next((name, one) for name, one in walked.models.items() if one.__table__.foreign_keys)
    sown = {row.table for row in walked.rows_for(walked.everyone, table)}
    assert table in sown and {key.column.table.name for key in model.__table__.foreign_keys} - {table} <= sown
    assert {row.table for row in walked.rows_for(walked.everyone)} == set(walked.models)
