"""Options take away what they should, and stand as values where they are named."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_templates import completion
from dihya_templates.choice import chosen
from dihya_templates.library import own_templates
from dihya_templates.service import Library

OPTIONS = [(template, name) for template in own_templates() for name in template.options["properties"]]


def decided(template, **options):
    return chosen(template.data, completion.decided(template, options))


def entity(data, name):
    return next((each for each in data["entities"] if each["name"] == name), None)


def test_entities_come_and_go(association):
    """An entity is there only while its option says so."""
    assert entity(decided(association, donations=True), "donation")
    assert entity(decided(association, donations=False), "donation") is None


def test_fields_take_their_rules_along():
    """Without a field there is no rule, column or sample value that speaks of it."""
    shop = next(template for template in own_templates() if template.name == "ecommerce")
    data = decided(shop, stock=False)
    product, line = entity(data, "product"), entity(data, "order_line")
    assert "stock" not in product["columns"]
    assert all("stock" not in row for row in product["sample"].values())
    assert [rule["rule"] for rule in line["rules"]] == ["unique_together", "refers_to", "refers_to"]
    invoice = entity(decided(shop, vat="without_vat"), "invoice")
    assert [rule["field"] for rule in invoice["rules"]] == ["due_on", "fiscal_year_end_on", "order_id"]
    assert "sum_at_most" in {rule["rule"] for rule in entity(decided(shop), "order_line")["rules"]}


def test_values_of_options_stand_where_they_are_named(association):
    """A limit, a default and a retention may be what an option says."""
    data = decided(association, party_size=9, meeting_place="Salle B", keep_members="5y")
    seats = next(field for field in entity(data, "registration")["fields"] if field["name"] == "seats")
    place = next(field for field in entity(data, "event")["fields"] if field["name"] == "place")
    assert (seats["max"], place["default"]) == (9, "Salle B")
    assert data["purposes"]["membership"]["retention"] == "5y after left_on"


def test_a_chosen_period_may_have_a_second_one_beside_it():
    """A child's record is kept to the 28th birthday, however short the period that a practice chooses."""
    practice = next(template for template in own_templates() if template.name == "sante")
    kept = decided(practice, keep_records="10y")["purposes"]["patients"]["retention"]
    assert kept == "later of 10y after last_seen_on and 28y after born_on"


@pytest.mark.parametrize(("template", "option"), OPTIONS, ids=lambda each: getattr(each, "name", each))
def test_every_option_changes_the_code(template, option):
    """There is no option without effect on the plugin's own sources."""
    about = template.options["properties"][option]
    values = (
        about.get("enum") or {"boolean": [True, False], "integer": [7, 8], "string": ["", "Salle B"]}[about["type"]]
    )
    library = Library([template])

    def sources(value):
        try:
            files = library.render(Needs("", template.name, "example", {option: value}))
        except Invalid as refusal:
            return [flaw.code for flaw in refusal.flaws]  # everything else needs this table
        return {path: text for path, text in files.items() if path.startswith("src/")}

    first, second = map(sources, values[:2])
    assert first != second
