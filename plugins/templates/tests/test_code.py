"""One field or rule becomes one piece of Python."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates import code
from dihya_templates.building import planned
from dihya_templates.completion import completed


@pytest.fixture
def plan(association):
    needs = Needs("", "association", "club", {"donations": True}, "en")
    return planned(completed(needs, association, {}), association)


def test_columns(plan):
    """A column says its type, its limits and what it is about."""
    member, membership = plan.entity("member"), plan.entity("membership")
    assert code.model_column(member.get("email"), member, plan) == (
        '    email: Mapped[str | None] = personal("contact.email", String(254), unique=True)'
    )
    assert code.model_column(membership.get("status"), membership, plan) == (
        '    status: Mapped[str] = personal("financial", String(8), active_history=True)'
    )
    assert 'ForeignKey("club_members.id"), index=True' in code.model_column(
        membership.get("member_id"), membership, plan
    )


def test_migration_says_the_same(plan):
    """The migration has plain types: cents for money, and a time zone."""
    assert code.migration_column(plan.entity("membership").get("amount")) == (
        '        sa.Column("amount", sa.BigInteger(), nullable=False),'
    )
    assert code.migrated_type(plan.entity("event").get("starts_at")) == "sa.DateTime(timezone=True)"


def test_form_fields(plan):
    """A form field has the limits of its column, and a default where it may be left out."""
    registration = plan.entity("registration")
    assert code.form_field(registration.get("seats"), registration) == (
        "    seats: Annotated[int, Field(ge=1, le=4)] = 1"
    )
    assert code.form_field(registration.get("attended"), registration) == "    attended: bool = False"
    assert code.form_field(plan.entity("member").get("email"), registration) == "    email: Email"


def test_long_enumeration_is_broken(plan):
    """An enumeration that does not fit on a line has one value a line."""
    from dataclasses import replace

    entity = plan.entity("membership")
    field = replace(entity.get("status"), values=tuple((f"value_number_{n}", entity.title) for n in range(12)))
    lines = code.form_field(field, entity).splitlines()
    assert lines[:3] == ["    status: Annotated[", "        Literal[", '            "value_number_0",']
    assert max(map(len, lines)) <= 120


def test_rules_are_calls(plan):
    """A rule is one call with the field, what it depends on, and a sentence to be translated."""
    membership = plan.entity("membership")
    first = code.rule_call(membership.rules[0], membership)
    assert first == '        rules.not_before(record, "ends_on", "starts_on", _("“To” must not be before “From”"))'


def test_tuples():
    """A tuple of one has its comma, the empty one its parentheses."""
    assert [code.tuple_of(names) for names in ((), ("a",), ("a", "b"))] == ["()", '("a",)', '("a", "b")']
