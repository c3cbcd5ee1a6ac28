"""One field or rule becomes one piece of Python."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from dihya_hookspecs import fields
from dihya_hookspecs.generation import Needs
from dihya_templates import code
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.structure import structure_of


@pytest.fixture
def plan(association):
    needs = Needs("", "association", "club", {"donations": True}, "en")
    return planned(structure_of(completed(needs, association, {}), association))


def test_a_field_is_declared_in_one_call(plan):
    """Type, limits, words, default, search and list stand beside what it is about; nothing of it is said elsewhere."""
    member, membership, registration = plan.entity("member"), plan.entity("membership"), plan.entity("registration")
    declared = code.model_column(member.get("email"), member, plan)
    assert "".join(declared.split()) == "".join(
        [
            "email:",
            "Mapped[str",
            "|",
            "None]",
            "=",
            'personal("contact.email",',
            "Email(),",
            'label=("E-mail",',
            '"Courriel"),',
            "required=True,",
            "unique=True,",
            "search=True,",
            "listed=True)",
        ]
    )
    assert code.field_type(registration.get("seats"), registration, plan) == "Whole(min=1, max=4)"
    assert "default=1" in code.model_column(registration.get("seats"), registration, plan)
    assert code.field_type(membership.get("member_id"), membership, plan) == 'Reference("members")'
    assert code.field_type(membership.get("season"), membership, plan) == "ShortText(20)"
    assert "total=True" in code.model_column(membership.get("amount"), membership, plan)


def test_choices_bring_their_captions_and_moves(plan):
    """The words of a choice are said in both languages, and where each may go."""
    membership = plan.entity("membership")
    kind = code.field_type(membership.get("status"), membership, plan)
    assert '"due": ("Due", "À régler")' in kind and 'moves={"due": ("paid", "waived")' in kind


def test_migration_says_the_same(plan):
    """The migration has plain types: whole numbers for amounts, a time zone, and room for the words of a choice."""
    membership = plan.entity("membership")
    assert (
        code.migration_column(membership.get("amount"))
        == '        sa.Column("amount", sa.BigInteger(), nullable=False),'
    )
    assert code.migrated_type(plan.entity("event").get("starts_at")) == "sa.DateTime(timezone=True)"
    assert code.migrated_type(membership.get("status")) == "sa.String(40)"


def test_rules_are_declared(plan):
    """A rule is one call with the fields that it is about; its words are made of their labels."""
    membership, registration = plan.entity("membership"), plan.entity("registration")
    assert code.declared_rules(membership) == [
        'not_before("ends_on", "starts_on")',
        'required_when("paid_on", {"status": "paid"})',
        'required_when("paid_on", {"status": "refunded"})',
        'past_when("paid_on", {"status": ("paid", "refunded")})',
        'within("starts_on", over="member_id", until="left_on")',
        'unique_together("member_id", "season")',
    ]
    assert code.declared_rules(registration)[1] == 'sum_at_most("seats", over="event_id", limit="capacity")'


def test_rules_about_time_and_references_are_declared(templates):
    """With the values of which they speak, as an author would write them."""
    template = templates["sante"]
    appointment = planned(structure_of(completed(Needs("", "sante", "club"), template, {}), template)).entity(
        "appointment"
    )
    assert code.declared_rules(appointment)[0] == (
        'no_overlap("starts_at", "minutes", per=("practitioner_id",), unless={"status": ("missed", "cancelled")})'
    )
    template = templates["ecommerce"]
    line = planned(structure_of(completed(Needs("", "ecommerce", "shop"), template, {}), template)).entity("order_line")
    assert code.declared_rules(line)[-1] == 'refers_to("product_id", {"status": ("sold",)})'


def test_tuples():
    """A tuple of one has its comma, the empty one its parentheses."""
    assert [code.tuple_of(names) for names in ((), ("a",), ("a", "b"))] == ["()", '("a",)', '("a", "b")']


def test_every_kind_of_field_that_a_template_may_have_becomes_code():
    """The schema of templates and the tables of the generator name the same kinds; each is a type of the contract."""
    schema = json.loads(files("dihya_templates").joinpath("template.schema.json").read_text("utf-8"))
    assert set(schema["$defs"]["field"]["properties"]["type"]["enum"]) == set(code.TYPES)
    assert set(code._MAPPED) | set(code._MIGRATED) <= set(code.TYPES)
    assert [name for name in code.TYPES.values() if not hasattr(fields, name)] == []
