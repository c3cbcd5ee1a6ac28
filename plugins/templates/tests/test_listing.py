"""Imports, keys, permissions and messages of a whole plugin."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import Text
from dihya_templates import listing
from dihya_templates.building import planned
from dihya_templates.completion import completed


@pytest.fixture
def plan(association):
    return planned(completed(Needs("", "association", "club"), association, {}), association)


def test_imports_are_what_is_used(plan):
    """Modules import what their fields need and nothing else."""
    assert listing.data_names(plan) == ["Record", "impersonal", "personal"]
    assert "ForeignKey" in listing.sqlalchemy_names(plan)
    assert listing.own_columns(plan) == ["Moment", "Money"]
    assert listing.typing_names(plan) == ["Annotated", "Any", "Literal"]
    assert "AfterValidator" in listing.pydantic_names(plan)


def test_class_keywords(plan):
    """A table about people says whose, why and for how long; another says nothing."""
    assert listing.class_keywords(plan.entity("event")) == ["Record"]
    assert 'retention="3y after left_on"' in listing.class_keywords(plan.entity("member"))


def test_constraints_have_the_names_of_the_contract(plan):
    """Names of keys and constraints are those that the metadata derives."""
    lines = "\n".join(listing.constraints(plan, plan.entity("registration")))
    assert 'op.f("fk_club_registrations_event_id_club_events")' in lines
    assert 'op.f("uq_club_registrations_event_id")' in lines


def test_permission_is_a_sentence(plan):
    """A permission reads as a sentence in both languages."""
    line = listing.permission(plan, plan.entity("event"), "write")
    assert 'Text("change the events", "modifier les événements")' in line
    assert listing.small("TVA") == "TVA"


def test_messages_are_there_once(plan):
    """Every sentence of the code is in the catalogue, once."""
    english = [each for each, _ in listing.messages(plan)]
    assert len(english) == len(set(english)) > 5


def test_purposes_and_fates(plan):
    """The README knows each purpose of a table and what erasure does."""
    rows = {entity.name: listing.fate(entity, purpose, plan) for entity, purpose, _ in listing.purposes(plan)}
    assert rows["member"] == "supprimées"
    purpose = plan.entity("member").purpose
    assert listing.basis_of(purpose, plan) == "contrat"
    assert listing.retention_of(purpose, plan) == "3 ans après `left_on`"


def test_collections_and_words():
    """Collections break one item a line; texts say both languages where they differ."""
    assert listing.collection("x = (", ["a"], ")") == "x = (a,)"
    assert listing.collection("x = {", ["a: 1"], "}") == "x = {a: 1}"
    assert listing.collection("x = (", ["a" * 60, "b" * 60], ")").splitlines()[-1] == ")"
    assert listing.import_of(".models", ["B", "A"]) == "from .models import A, B"
    assert listing.bilingual(Text("Member", "Adhérent")) == "Member (« Adhérent »)"
    assert listing.bilingual(Text("Notes", "Notes")) == "Notes"
    assert listing.enumerated(["a", "b", "c"]) == "a, b and c"
