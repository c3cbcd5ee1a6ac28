"""Dihya's own record: how many ideas became a proven plugin here, what became of the others, and how long it took.

It counts the generations that are there. What a person removed, or what an erasure took, is no longer counted; words of an idea
are in none of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from .ending import state
from .models import Generation
from .needs import needs_of, proposal_of

AT_ONCE = 500
DECIDED = ("template", "name", "title", "options", "entities")
"""What a person can change of a proposal."""


class Seconds(BaseModel):
    """How long proven generations took, from the beginning of the first step to the offer."""

    model_config = ConfigDict(extra="forbid")
    count: int
    median: float
    p95: float


class Record(BaseModel):
    """What became of the ideas of an installation."""

    model_config = ConfigDict(extra="forbid", title="Record of generations")
    ideas: int = Field(0, description="All that were proposed and are still there.")
    proven: int = Field(0, description="Became a plugin that passed its proof.")
    refused: int = Field(0, description="Ended without a plugin, with a sentence.")
    stopped: int = Field(0, description="Ended because a person stopped them.")
    running: int = 0
    waiting: int = Field(0, description="Proposed, and neither begun nor given up.")
    asked_back: int = Field(0, description="Of all ideas, those that no template fitted without a question.")
    changed: int = Field(0, description="Of those that were begun, proposals that a person changed.")
    seconds: Seconds | None = Field(None, description="Of all that were proven.")
    by_tier: dict[str, Seconds] = Field(
        default_factory=dict, description="The same by the kind of model that proposed."
    )


def record(session: Session) -> Record:
    """Return the record of this installation."""
    counts: Counter[str] = Counter()
    took: dict[str, list[float]] = defaultdict(list)
    for generation in session.scalars(select(Generation).execution_options(yield_per=AT_ONCE)):
        counts.update(["ideas", _became(generation), *_noted(generation)])
        total = (generation.durations or {}).get("total")
        if _became(generation) == "proven" and total:
            took[generation.tier or "unknown"].append(float(total))
    every = [seconds for each in took.values() for seconds in each]
    by_tier = {tier: spread(each) for tier, each in sorted(took.items())}
    return Record(**counts, seconds=spread(every) if every else None, by_tier=by_tier)


def _became(generation: Generation) -> str:
    if not generation.task:
        return "waiting"
    if generation.finished_at is None:
        return "running"
    return {"ready": "proven", "stopped": "stopped"}.get(state(generation), "refused")


def _noted(generation: Generation) -> Iterable[str]:
    proposal, needs = proposal_of(generation), needs_of(generation)
    if proposal is None:
        return
    if not proposal.template:
        yield "asked_back"
    elif generation.task and any(_plain(getattr(proposal, name)) != _plain(getattr(needs, name)) for name in DECIDED):
        yield "changed"


def _plain(value: Any) -> Any:
    """Return a value so that lists and tuples compare; an option that stands as it was proposed is no change."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def spread(seconds: Sequence[float]) -> Seconds:
    """Return median and 95th percentile of some durations: the smallest that at least 95 in 100 do not exceed."""
    ordered = sorted(seconds)
    at = -(-len(ordered) * 95 // 100) - 1
    return Seconds(count=len(ordered), median=round(median(ordered), 1), p95=round(ordered[at], 1))
