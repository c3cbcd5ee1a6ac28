"""Each rule is tried on a sample record in both ways."""

from __future__ import annotations

from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.library import own_templates
from dihya_templates.structure import structure_of
from dihya_templates.trials import broken_rule, occupies, trials

WRITTEN = ("association", "ecommerce", "sante")


def plans():
    for template in (each for each in own_templates() if each.name in WRITTEN):
        options = {name: True for name, each in template.options["properties"].items() if each["type"] == "boolean"}
        yield planned(structure_of(completed(Needs("", template.name, "example", options), template, {}), template))


def test_every_rule_of_ours_is_tried():
    """The sample records of our templates show each rule refusing, and all but uniqueness and time accepting."""
    for plan in plans():
        found = trials(plan)
        assert len(found) == sum(len(entity.rules) for entity in plan.entities)
        assert all(trial.accepted for trial in found if trial.rule.kind not in ("unique_together", "no_overlap"))


def test_sum_is_tried_at_its_limit():
    """Where one record cannot fill it, the limit is lowered below the sum, and to the sum."""
    plan = next(plans())
    (trial,) = (each for each in trials(plan) if each.rule.kind == "sum_at_most")
    assert (trial.entity.name, trial.key, trial.refused, trial.accepted) == (
        "event",
        "assembly",
        {"capacity": 1},
        {"capacity": 2},
    )


def test_a_trial_is_one_line_of_the_tests():
    """It names table, record, rule and field, what is refused and what goes through."""
    plan = next(plans())
    (trial,) = (each for each in trials(plan) if each.rule.kind == "sum_at_most")
    assert broken_rule(trial) == (
        '    ("events", "assembly", "sum_at_most", "capacity", {"capacity": 1}, {"capacity": 2}),'
    )


def test_time_that_is_nobodys_is_taken_by_no_record():
    """A session without a teacher overlaps with nobody's, so no test adds it a second time and expects a refusal."""
    template = next(each for each in own_templates() if each.name == "education")
    needs = Needs("", template.name, "example", {})
    plan = planned(structure_of(completed(needs, template, {}), template))
    kept = [each for each in trials(plan) if each.rule.kind == "no_overlap"]
    assert all(
        each.entity.sample[each.key].get(name) is not None for each in kept for name in each.rule.data.get("per", ())
    )
    entity = next(each for each in plan.entities if any(rule.kind == "no_overlap" for rule in each.rules))
    rule = next(rule for rule in entity.rules if rule.kind == "no_overlap")
    row = dict(next(iter(entity.sample.values())), **dict.fromkeys(rule.data["per"], "somebody"))
    assert occupies(rule, entity, row)
    assert not occupies(rule, entity, {**row, **dict.fromkeys(rule.data["per"])})
