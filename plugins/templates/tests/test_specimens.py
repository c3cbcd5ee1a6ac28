"""New records, wrong values and people for the generated tests."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates import specimens
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.structure import structure_of


@pytest.fixture
def plan(association):
    return planned(
        structure_of(completed(Needs("", "association", "club", {"donations": True}), association, {}), association)
    )


def test_new_record_clashes_with_none(plan):
    """Unique values are new, and so is the combination of references."""
    assert specimens.new_record(plan.entity("member"), plan)["email"] == "zelie@example.org"
    registration = plan.entity("registration")
    made = specimens.new_record(registration, plan)
    taken = {(row["event_id"], row["member_id"]) for row in registration.sample.values()}
    assert (made["event_id"], made["member_id"]) not in taken


def test_change_is_bound_by_no_rule(plan):
    """A small change touches no field that a rule speaks of."""
    assert specimens.change(plan.entity("member")) == {"first_name": "Zélie"}
    assert specimens.change(plan.entity("registration")) == {"remark": "Zélie"}


def test_each_limit_has_a_value_beyond(plan):
    """Every field that has a limit is tried beyond it."""
    wrong = dict(specimens.wrong_values(plan.entity("registration")))
    assert wrong == {
        "event_id": '"nobody"', "member_id": '"nobody"', "seats": "5", "remark": '"x" * 301', "registered_on": '"the day after"',
    }  # fmt: skip


def test_person_about_whom_much_is_known(plan):
    """The tests of erasure take somebody with records in several tables."""
    ((entity, key),) = specimens.people(plan)
    tables = {row_entity.plural for row_entity, _ in specimens.rows_about(entity, key, plan)}
    assert {"members", "memberships", "registrations", "donations"} <= tables


def test_retained_texts(plan):
    """Only what the law retains may be left."""
    assert {table for table, _ in specimens.retained(plan)} == {"club_donations", "club_memberships"}


def test_words_records_and_roles(plan):
    """A search word, referred records, roles and plain dictionaries."""
    assert specimens.searches(plan)[0][2] == "Alice"
    assert {entity.name for entity, _ in specimens.referred(plan)} == {"member", "event"}
    assert specimens.role_names(plan) == ["admin", "club:secretaire", "club:tresorier", "auditeur", "user"]
    assert specimens.broken_mapping({"a": "b" * 90}).splitlines() == ["{", f'        "a": "{"b" * 90}",', "    }"]
    assert specimens.subject(plan, plan.entity("member"), "alice").startswith('    "members": Subject("club_members"')
