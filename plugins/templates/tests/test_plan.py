"""What the renderer sees follows from names and rules."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import Text
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.plan import Rule
from dihya_templates.structure import structure_of


@pytest.fixture
def plan(association):
    return planned(
        structure_of(completed(Needs("", "association", "mon_club", language="en"), association, {}), association)
    )


def test_names_follow_from_one(plan):
    """Package, distribution and classes follow from the names."""
    member = plan.entity("member")
    assert (plan.package, plan.distribution) == ("dihya_mon_club", "dihya-mon-club")
    assert member.model == "Member"


def test_fields_by_what_they_are(plan):
    """References and personal fields are told apart; an optional field may be empty."""
    registration = plan.entity("registration")
    assert [field.name for field in registration.references] == ["event_id", "member_id"]
    assert [field.name for field in registration.personal] == ["seats", "attended", "remark", "registered_on"]
    assert registration.get("remark").nullable and not registration.get("seats").nullable


def test_kinds_and_words(plan):
    """The plan knows which types and rules occur, and speaks the language of the needs."""
    assert {"decimal", "datetime", "reference"} <= plan.kinds
    assert plan.rule_kinds == {
        "not_before", "required_when", "states", "unique_together", "sum_at_most", "past_when", "within"
    }  # fmt: skip
    assert plan.say(Text("yes", "oui")) == "yes"


def test_rule_without_a_target_has_no_parent():
    """Rules about a reference look at another entity, and no others."""
    with pytest.raises(TypeError, match="no target"):
        Rule("states", {"field": "x"}, Text("a", "b")).parent  # noqa: B018
