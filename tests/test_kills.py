"""Kill -9 at random moments loses nothing that was acknowledged, and makes nothing fail."""

from __future__ import annotations

import runpy
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("kills", [4, pytest.param(10, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_kills_lose_nothing_and_fail_nothing(request, tmp_path, engine, kills):
    """Server, worker and all of it, again and again, under writes and generations: nothing is lost, failed or left behind."""
    url = request.getfixturevalue("postgresql") if engine == "postgresql" else ""
    drill = runpy.run_path(str(Path(__file__).with_name("bench") / "kills.py"), run_name="kills")["drill"]
    tally = drill(tmp_path, kills, url, seed=10)
    assert set(tally.kills) == {"main", "worker", "all"}
    assert tally.people and tally.generations
    assert (tally.lost, tally.refused, tally.failed, tally.left) == ([], [], [], [])
    assert tally.verified.startswith("verified")


def test_a_generation_outlives_the_server_that_proves_it(tmp_path):
    """The server alone is killed during a proof and started at once, while its worker is still alive: the proof goes well."""
    bench = runpy.run_path(str(Path(__file__).with_name("bench") / "kills.py"), run_name="kills")
    site = bench["Site"](tmp_path)
    site.start()
    site.sign_in()

    def follow(until):
        deadline = time.monotonic() + 120
        while not until(found := site.ask("GET", location).json()):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found

    try:
        for _ in range(2):
            asked = site.ask("POST", "/api/v1/generations", json={"idea": bench["IDEA"], "language": "fr"})
            location = asked.headers["Location"]
            follow(lambda found: any(line["step"] == "prove" for line in found["progress"]))
            site.kill("main")
            ended = follow(lambda found: found["finished_at"])
            assert (ended["status"], ended["error"]) == ("ready", ""), ended
    finally:
        site.stop()
