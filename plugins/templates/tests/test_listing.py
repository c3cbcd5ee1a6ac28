"""Imports, keys, permissions and messages of a whole plugin."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import Text
from dihya_templates import listing
from dihya_templates.building import planned
from dihya_templates.completion import completed
from dihya_templates.quoting import flat
from dihya_templates.structure import structure_of


@pytest.fixture
def plan(association):
    return planned(structure_of(completed(Needs("", "association", "club"), association, {}), association))


def test_imports_are_what_is_used(plan):
    """Models import what their fields need and nothing else."""
    assert listing.data_names(plan) == ["Record", "impersonal", "personal"]
    assert {"Choice", "Email", "Number", "Reference"} <= set(
        listing.field_types(plan)
    ) and "Url" not in listing.field_types(plan)
    assert listing.rule_names(plan) == [
        "not_before", "past_when", "required_when", "sum_at_most", "unique_together", "within"
    ]  # fmt: skip
    assert listing.standard_imports(plan) == [
        "import uuid",
        "from datetime import date, datetime",
        "from decimal import Decimal",
    ]


def test_class_keywords(plan):
    """A table about people says whose, why and for how long; another says nothing."""
    assert listing.class_keywords(plan.entity("event")) == ["Record"]
    keywords = list(map(flat, listing.class_keywords(plan.entity("member"))))
    assert 'retention="3y after left_on"' in keywords
    assert 'purpose=("register of members", "tenue du registre des adhérents")' in keywords


def test_constraints_have_the_names_of_the_contract(plan):
    """Names of keys and constraints are those that the metadata derives."""
    lines = "\n".join(listing.constraints(plan, plan.entity("registration")))
    assert 'op.f("fk_club_registrations_event_id_club_events")' in lines
    assert 'op.f("uq_club_registrations_event_id_member_id")' in lines


def test_a_number_that_the_application_gives_is_unique_in_the_migration(association):
    """A sequence never gives a number twice, and the migration makes the constraint that the model declares."""
    receipt = {
        "name": "receipt",
        "fields": [{"name": "number", "type": "sequence", "pattern": "R-{number:04}", "impersonal": "a voucher"}],
    }
    needs = Needs("", "association", "club", entities=[receipt])
    plan = planned(structure_of(completed(needs, association, {}), association))
    lines = "\n".join(listing.constraints(plan, plan.entity("receipt")))
    assert 'sa.UniqueConstraint("number", name=op.f("uq_club_receipts_number"))' in lines


def test_a_table_says_what_it_is_as_a_resource(plan):
    """Title, roles, caption and order stand on the class; everything else follows."""
    assert list(map(flat, listing.resource_items(plan.entity("member")))) == [
        'title=("Members", "Adhérents")',
        'singular=("Member", "Adhérent")',
        'read=("club:secretaire", "club:tresorier", "auditeur")',
        'write=("club:secretaire",)',
        'caption="{last_name} {first_name}"',
        'order="last_name"',
    ]


def test_purposes_and_fates(plan):
    """The README knows each purpose of a table and what erasure does."""
    rows = {entity.name: listing.fate(entity, purpose, plan) for entity, purpose, _ in listing.purposes(plan)}
    assert rows["member"] == "supprimées, ou vidées si une fiche y renvoie"
    purpose = plan.entity("member").purpose
    assert listing.basis_of(purpose, plan) == "contrat"
    assert listing.retention_of(purpose, plan) == "3 ans après `left_on`"


def test_a_long_enumeration_counts_the_rest():
    """It stays on its line."""
    assert listing.shortened(["pupils", "grades"], 40) == "pupils and grades"
    assert listing.shortened(["pupils", "guardians", "grades", "courses"], 32) == "pupils, guardians and 2 more"


def test_collections_and_words():
    """Collections break one item a line; texts say both languages where they differ."""
    assert listing.collection("x = (", ["a"], ")") == "x = (a,)"
    assert listing.collection("x = {", ["a: 1"], "}") == "x = {a: 1}"
    assert listing.collection("x = (", ["a" * 60, "b" * 60], ")").splitlines()[-1] == ")"
    assert listing.import_of(".models", ["B", "A"]) == "from .models import A, B"
    assert listing.bilingual(Text("Member", "Adhérent")) == "Member (« Adhérent »)"
    assert listing.bilingual(Text("Notes", "Notes")) == "Notes"
    assert listing.enumerated(["a", "b", "c"]) == "a, b and c"
