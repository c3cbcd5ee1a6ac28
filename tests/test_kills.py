"""Kill -9 at random moments loses nothing that was acknowledged, and makes nothing fail."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_ten_kills_lose_nothing_and_fail_nothing(request, tmp_path, engine):
    """Server, worker or all of it, ten times, under writes and generations: nothing is lost, failed or left behind."""
    url = request.getfixturevalue("postgresql") if engine == "postgresql" else ""
    drill = runpy.run_path(str(Path(__file__).with_name("bench") / "kills.py"), run_name="kills")["drill"]
    tally = drill(tmp_path, 10, url, seed=10)
    assert tally.people and tally.generations
    assert (tally.lost, tally.refused, tally.failed, tally.left) == ([], [], [], [])
    assert tally.verified.startswith("verified")
