"""Rules explain themselves in both languages."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.wording import message


def test_each_kind_has_its_sentence(association):
    """Each rule names the labels of its fields, in English and in French."""
    plan = planned(completed(Needs("", "association", "club"), association, {}), association)
    said = {rule.kind: rule.message for entity in plan.entities for rule in entity.rules}
    assert said["required_when"].fr == "« Réglée le » est nécessaire lorsque « État » vaut « Réglée »"
    assert said["sum_at_most"].en == "the sum of “Seats” would exceed “Capacity” of “Event”"
    assert set(said) == {"not_before", "required_when", "states", "unique_together", "sum_at_most"}


def test_unknown_rule_has_no_words(association):
    """A rule that nobody knows is not passed over in silence."""
    plan = planned(completed(Needs("", "association", "club"), association, {}), association)
    with pytest.raises(ValueError, match="no words"):
        message({"rule": "magic"}, plan.entity("member"), None)
