"""Each rule is tried on a sample record in both ways."""

from __future__ import annotations

from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.library import own_templates
from dihya_templates.trials import literals, trial_kinds, trials


def plans():
    for template in own_templates():
        options = {name: True for name, each in template.options["properties"].items() if each["type"] == "boolean"}
        yield planned(completed(Needs("", template.name, "example", options), template, {}), template)


def test_every_rule_of_ours_is_tried():
    """The sample records of our templates show each rule refusing, and all but uniqueness accepting."""
    for plan in plans():
        found = trials(plan)
        assert len(found) == sum(len(entity.rules) for entity in plan.entities)
        assert all(trial.accepted for trial in found if trial.rule.kind != "unique_together")


def test_sum_is_tried_at_its_limit():
    """The refused value is one more than what is left."""
    plan = next(plans())
    (trial,) = (each for each in trials(plan) if each.rule.kind == "sum_at_most")
    assert trial.refused["seats"] == trial.accepted["seats"] + 1 == 80


def test_values_have_the_types_of_their_columns():
    """Dates, moments and amounts are written as such, and their imports are known."""
    plan = next(plans())
    event, member = plan.entity("event"), plan.entity("membership")
    assert literals(event, {"starts_at": "2030-01-01T10:00:00Z", "price": 3}) == [
        '"starts_at": datetime.fromisoformat("2030-01-01T10:00:00Z")',
        '"price": Decimal("3.00")',
    ]
    assert literals(member, {"paid_on": None}) == ['"paid_on": None']
    assert trial_kinds(plan) >= {"date", "datetime", "enum", "integer"}
