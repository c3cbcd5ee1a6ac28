"""Sample records are completed for what others added."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.structure import structure_of

KINDS = ["text", "long_text", "integer", "decimal", "boolean", "date", "datetime", "email", "phone", "url"]


def test_texts_are_in_the_language_of_the_needs(association):
    """A text that differs is taken in the right language; names stay."""
    for language, name in (("fr", "Assemblée générale"), ("en", "General assembly")):
        plan = planned(
            structure_of(completed(Needs("", "association", "club", language=language), association, {}), association)
        )
        assert plan.entity("event").sample["assembly"]["name"] == name
        assert plan.entity("member").sample["alice"]["first_name"] == "Alice"


@pytest.mark.parametrize("kind", KINDS)
def test_new_fields_get_values(association, kind):
    """A required field that somebody added has a value of its own in each sample record."""
    field = {"name": "added", "type": kind, "required": True, "unique": kind != "boolean", "personal": "account"}
    extra = [{"name": "member", "fields": [field]}]
    plan = planned(
        structure_of(completed(Needs("", "association", "club", entities=extra), association, {}), association)
    )
    values = [row["added"] for row in plan.entity("member").sample.values()]
    assert len(set(values)) == (1 if kind == "boolean" else len(values))


def test_added_rules_are_obeyed(association):
    """A rule that somebody added holds in the sample records too."""
    rules = [
        {"rule": "required_when", "field": "paid_on", "when": "status", "is": "due"},
        {"rule": "not_before", "field": "starts_on", "than": "ends_on"},
    ]
    extra = [{"name": "membership", "fields": [{"name": "x", "type": "text", "personal": "account"}], "rules": rules}]
    plan = planned(
        structure_of(completed(Needs("", "association", "club", entities=extra), association, {}), association)
    )
    rows = plan.entity("membership").sample
    assert rows["sophie_2024"]["paid_on"]
    assert rows["alice_2024"]["starts_on"] == rows["alice_2024"]["ends_on"]


def test_new_entities_get_records(association):
    """A new entity has two sample records, which point to records that exist."""
    fields = [{"name": "member_id", "type": "reference", "to": "member", "required": True}]
    extra = [
        {
            "name": "badge",
            "fields": [
                *fields,
                {"name": "size", "type": "enum", "values": [{"name": "s"}], "required": True, "personal": "account"},
            ],
        }
    ]
    plan = planned(
        structure_of(completed(Needs("", "association", "club", entities=extra), association, {}), association)
    )
    rows = list(plan.entity("badge").sample.values())
    assert [row["size"] for row in rows] == ["s", "s"]
    assert {row["member_id"] for row in rows} <= set(plan.entity("member").sample)
