"""Rules explain themselves in both languages."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.structure import structure_of
from dihya_templates.wording import message


def test_each_kind_has_its_sentence(association):
    """Each rule names the labels of its fields, in English and in French."""
    plan = planned(structure_of(completed(Needs("", "association", "club"), association, {}), association))
    said = {rule.kind: rule.message for entity in plan.entities for rule in entity.rules}
    assert said["required_when"].fr == "« Réglée le » est nécessaire lorsque « État » vaut « Remboursée »"
    assert said["sum_at_most"].en == "the sum of “Seats” would exceed “Capacity” of “Event”"
    assert said["past_when"].fr == (
        "« Réglée le » est encore à venir : « État » « Réglée » ou « Remboursée » n’est pas encore possible"
    )
    assert said["within"].fr == "« Du » ne peut pas suivre « Parti le » de « Adhérent »"
    assert set(said) == {
        "not_before", "required_when", "states", "unique_together", "sum_at_most", "past_when", "within"
    }  # fmt: skip


def test_what_looks_at_time_and_at_other_records_has_its_sentence(templates):
    """A shop and a practice say what may be chosen, and which time is taken."""
    needs = [(Needs("", name, name), templates[name]) for name in ("ecommerce", "sante")]
    plans = [planned(structure_of(completed(each, template, {}), template)) for each, template in needs]
    rules = [rule for plan in plans for entity in plan.entities for rule in entity.rules]
    said = {(rule.kind, rule.field): rule.message for rule in rules}
    assert said["refers_to", "product_id"].en == "for “Product”, choose a record with “State” “On sale”"
    assert said["no_overlap", "starts_at"].fr.endswith("occupe déjà ce créneau pour la même valeur de « Praticien »")
    assert said["not_before", "amount"].en == "“Amount (€)” must not be less than “of which VAT (€)”"
    assert said["within", "held_at"].en == (
        "“Held at” must lie between “In the practice since” and “Left on” of “Practitioner”"
    )


def test_unknown_rule_has_no_words(association):
    """A rule that nobody knows is not passed over in silence."""
    plan = planned(structure_of(completed(Needs("", "association", "club"), association, {}), association))
    with pytest.raises(ValueError, match="no words"):
        message({"rule": "magic"}, plan.entity("member"), None)
