"""Kill -9 anywhere between an act and the delivery of its event loses nothing, doubles nothing, makes nothing up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_eight_kills_lose_and_double_no_event(request, engine):
    """Processes that publish, hand out and deliver die before a statement drawn by lot; then all is counted."""
    url = request.getfixturevalue("postgresql") if engine == "postgresql" else ""
    command = [sys.executable, "-m", "tests.bench.events", "8", url, "7", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout, done.stderr
    tally = json.loads(done.stdout.splitlines()[-1])
    assert tally["kills"] == 8 and tally["committed"]
    assert (tally["lost"], tally["doubled"], tally["ghosts"]) == ([], [], [])
