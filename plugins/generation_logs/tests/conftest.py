"""A generated project, with everything that a log could want to know."""

import pytest
from dihya_hookspecs.ai import Attempt
from dihya_hookspecs.generation import Check, Needs, Project, Proposal

IDEA = "suivre les patients du docteur Martin à Lyon"


@pytest.fixture
def idea():
    """An idea with a name in it, which must show up nowhere."""
    return IDEA


@pytest.fixture
def make():
    """Return a function that makes a project; the person changed its name and one option of the proposal."""

    def made(id="pr1", person="p1", status="ready", attempts=None, proposed=True):
        attempts = attempts or (
            Attempt(1, "provider", "eu1", "big-2", "rate_limited", 12.5, "HTTP 429", retry_after=1.0),
            Attempt(2, "embedded", "embedded", "SmolLM2-135M-Instruct-Q4_1", "answered", 40.0, "", 10, 3),
        )
        proposal = Proposal(
            "sante", 0.87, "embedded", "embedded", "SmolLM2-135M-Instruct-Q4_1", f"resembles {IDEA}",
            {"consent": True, "reminders": False}, "cabinet", "Cabinet", attempts=attempts,
        )  # fmt: skip
        needs = Needs(IDEA, "sante", "cabinet_martin", {"consent": True, "reminders": True}, title="Cabinet")
        checks = (Check("tests", True, 3.2, "12 passed"),)
        return Project(id, needs, {}, status, checks, proposal if proposed else None, {"render": 0.2}, person)

    return made
