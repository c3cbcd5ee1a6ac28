"""Needs, proposals and projects, into the table and back."""

from __future__ import annotations

import json

import pytest
from dihya_hookspecs.ai import Attempt
from dihya_hookspecs.generation import Check, Needs, Proposal
from dihya_services.models import Generation
from dihya_services.needs import as_json, needs_of, project_of, proposal_of, put_needs

ENTITY = {"name": "member", "fields": ({"name": "size", "type": "integer"},)}
NEEDS = Needs("gérer un club", "association", "club", {"seats": 2}, "en", (ENTITY,), "rules", "Mon club")
PROPOSAL = Proposal(
    "association", 0.8, "deterministic", "rules", "words", "it says so", {"seats": 2}, "club", "Mon club",
    alternatives=(("sante", 0.1),), notices=("dropped",), attempts=(Attempt(1, "deterministic", "rules", "words", "ok", 3.5),),
)  # fmt: skip


@pytest.fixture
def generation() -> Generation:
    """A row as it is read from the database: JSON columns hold what JSON can hold."""
    row = Generation(person_id="p1", idea=NEEDS.idea, proposal=as_json(PROPOSAL), status="ready")
    put_needs(row, NEEDS)
    row.needs = json.loads(json.dumps(row.needs))
    return row


def test_json_is_plain() -> None:
    """Tuples become lists, also deep inside, and nothing is left that JSON cannot say."""
    found = as_json(NEEDS)
    assert found["entities"] == [{"name": "member", "fields": [{"name": "size", "type": "integer"}]}]
    assert json.loads(json.dumps(found)) == found


def test_the_idea_stands_in_its_own_column_only(generation: Generation) -> None:
    """Needs hold no word of the idea, so that whoever may not read it can be given them."""
    assert "idea" not in generation.needs
    assert NEEDS.idea not in json.dumps(generation.needs, ensure_ascii=False)


def test_what_is_listed_follows_the_needs(generation: Generation) -> None:
    """Name, title, template, language and proposer are columns too, and change with the needs."""
    assert (generation.name, generation.title, generation.template) == ("club", "Mon club", "association")
    assert (generation.language, generation.proposer) == ("en", "rules")
    put_needs(generation, Needs("x", "sante", "cabinet", language="fr", title="Le cabinet"))
    assert (generation.name, generation.title, generation.template) == ("cabinet", "Le cabinet", "sante")
    assert (generation.language, generation.proposer) == ("fr", "person")


def test_needs_come_back_as_they_were(generation: Generation) -> None:
    """Also the idea, and the entities as a tuple."""
    found = needs_of(generation)
    assert isinstance(found.entities, tuple)
    assert as_json(found) == as_json(NEEDS)


def test_a_proposal_comes_back_as_it_was(generation: Generation) -> None:
    """With its alternatives as pairs and its attempts as what they were; reading changes nothing."""
    found = proposal_of(generation)
    assert found.alternatives == (("sante", 0.1),) and found.attempts == PROPOSAL.attempts
    assert as_json(found) == as_json(PROPOSAL)
    assert proposal_of(generation) == found


def test_other_plugins_see_a_project(generation: Generation) -> None:
    """Needs, files, status, proof and person; before there is a proof, none."""
    project = project_of(generation, {"README.md": "x"})
    assert (project.status, project.person, project.files) == ("ready", "p1", {"README.md": "x"})
    assert (project.checks, project.durations) == ((), {})
    assert project.needs.name == "club" and project.proposal is not None and project.proposal.model == "words"
    generation.checks = [{"name": "one name", "passed": True, "seconds": 0.1, "detail": ""}]
    generation.durations = {"plan": 0.2}
    project = project_of(generation, {})
    assert (project.checks, project.durations) == ((Check("one name", True, 0.1),), {"plan": 0.2})
