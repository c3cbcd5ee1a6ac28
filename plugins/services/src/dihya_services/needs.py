"""Needs, proposals and projects as they lie in the table, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from dihya_hookspecs.ai import Attempt
from dihya_hookspecs.generation import Check, Needs, Project, Proposal, WordUse

from .models import Generation


def as_json(value: Any) -> dict[str, Any]:
    """A frozen dataclass as plain JSON data."""
    return json.loads(json.dumps(asdict(value), default=str))


def put_needs(generation: Generation, needs: Needs) -> None:
    """Write completed needs into a generation; the idea has a column of its own."""
    generation.needs = {key: value for key, value in as_json(needs).items() if key != "idea"}
    generation.name, generation.title, generation.template = needs.name, needs.title, needs.template
    generation.language, generation.proposer = needs.language, needs.proposer


def needs_of(generation: Generation) -> Needs:
    """The needs of a generation as they were written."""
    stored = generation.needs
    return Needs(idea=generation.idea, **{**stored, "entities": tuple(stored["entities"])})


def proposal_of(generation: Generation) -> Proposal:
    """The proposal that a generation came from."""
    stored = dict(generation.proposal)
    pairs = tuple((name, score) for name, score in stored.pop("alternatives"))
    stored |= {
        "alternatives": pairs,
        "attempts": tuple(Attempt(**each) for each in stored["attempts"]),
        "words": tuple(WordUse(**each) for each in stored.get("words", ())),
    }
    return Proposal(**stored)


def without_words(proposal: Proposal) -> Proposal:
    """A proposal without what repeats words of the idea, for readers from whom the idea is withheld."""
    entities = tuple(entity for entity in proposal.entities if entity.get("origin") != "sentence")
    return replace(
        proposal, reason="", notices=(), uncovered=(), named=(), left_out=(), doubtful=(), words=(), entities=entities
    )


def project_of(generation: Generation, files: Mapping[str, str]) -> Project:
    """The project that other plugins see."""
    return Project(
        str(generation.id), needs_of(generation), files, generation.status,  # type: ignore[arg-type]
        tuple(Check(**each) for each in generation.checks or ()), proposal_of(generation), dict(generation.durations or {}),
        generation.person_id,
    )  # fmt: skip
