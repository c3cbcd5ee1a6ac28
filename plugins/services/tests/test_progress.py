"""Progress lines and their sentences."""

from __future__ import annotations

import re
from pathlib import Path

import dihya_services
import pytest
from dihya_services.models import Progress
from dihya_services.progress import STEPS, reason, sentence, step_names


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_sentences(step: str) -> None:
    """Begun and done, every step reads as words."""
    for state in ("running", "done"):
        text = sentence(Progress(step=step, state=state, message="", detail={"files": 3, "passed": 1}))
        assert text and text != step
    assert step in step_names()


@pytest.mark.parametrize("state", ["running", "done", "failed", "stopped", "passed"])
def test_every_state_has_its_sign_in_the_list(state: str) -> None:
    """Whoever does not see colours or weight sees by the sign before a line how it went."""
    sheet = Path(dihya_services.__file__).with_name("static").joinpath("services.css").read_text("utf-8")
    rules = dict(re.findall(r"^([^{}]*::marker) \{ content: \"(\S) \"; \}$", sheet, re.MULTILINE))
    assert any(f"li.{state}::marker" in selector for selector in rules)


def test_what_was_stopped_has_not_the_sign_of_a_failure() -> None:
    """A square, as on a button that stops, where a failure has a cross."""
    sheet = Path(dihya_services.__file__).with_name("static").joinpath("services.css").read_text("utf-8")
    signs = dict(re.findall(r"li\.(stopped|failed)::marker \{ content: \"(\S) \"; \}", sheet))
    assert signs == {"stopped": "■", "failed": "✘"}


def test_a_check_is_a_line_of_its_own() -> None:
    """A line of the proof says its name, and why it failed."""
    assert sentence(Progress(step="prove", state="passed", message="one name", detail={})) == "one name"
    assert (
        sentence(Progress(step="prove", state="failed", message="one name", detail={"detail": "no"})) == "one name: no"
    )
    assert (
        sentence(Progress(step="plan", state="failed", message="", detail={"reason": "100 % wrong"}))
        == "failed: 100 % wrong"
    )
    assert sentence(Progress(step="announce", state="stopped", message="", detail={"reason": "x"})) == "stopped"


def test_a_failed_proof_is_told_in_numbers() -> None:
    """Which lines failed stands below; the name of the first one has no translation."""
    assert reason("2 of 9 lines of the proof failed, first 'it starts'") == "2 of 9 lines of the proof failed"
    assert reason("plugin 'x' objects") == "plugin 'x' objects"
