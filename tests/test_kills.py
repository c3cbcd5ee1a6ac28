"""Kill -9 at random moments loses nothing that was acknowledged, and makes nothing fail."""

from __future__ import annotations

import re
import runpy
import time
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil
import pytest

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("kills", [4, pytest.param(10, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_kills_lose_nothing_and_fail_nothing(request, tmp_path, engine, kills):
    """Server, worker and all of it, again and again, under writes and generations: nothing is lost, failed or left behind."""
    url = request.getfixturevalue("postgresql") if engine == "postgresql" else ""
    drill = runpy.run_path(str(Path(__file__).with_name("bench") / "kills.py"), run_name="kills")["drill"]
    tally = drill(tmp_path, kills, url, seed=10, short=kills < 10)
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


@pytest.mark.exhaustive
def test_a_trial_ends_with_the_server_that_is_killed(tmp_path):
    """A sentence becomes a plugin, which is tried through the server; the server is killed, and of the trial nothing is left."""
    bench = runpy.run_path(str(Path(__file__).with_name("bench") / "kills.py"), run_name="kills")
    site = bench["Site"](tmp_path)
    site.start()
    site.sign_in()

    def until(look, seconds=240):
        deadline = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.1)
        return found

    try:
        asked = site.ask("POST", "/api/v1/generations", json={"idea": bench["IDEA"], "language": "fr"})
        until(lambda: site.ask("GET", asked.headers["Location"]).json()["status"] == "ready")
        page = f"/services/{asked.json()['id']}/try"
        assert site.ask("POST", page).status_code == 303
        (source,) = until(lambda: re.findall(r'<iframe[^>]* src="([^"]+)"', site.ask("GET", page).text))
        with httpx2.Client(base_url=site.client.base_url, timeout=30) as stranger:
            tried = stranger.get(f"{source}association/members/", headers={"Cookie": "dihya=real"})
        assert "Karim" in tried.text and tried.headers["Content-Security-Policy"].startswith("sandbox ")
        work = tmp_path / "instance" / "work"
        (room,) = work.glob("trial-*")
        assert running(room)
        site.kill("all")
        until(lambda: not running(room), 20)
        assert {path.name for path in room.iterdir()} == {"trial.json", ".lock"}
        said = site.ask("GET", page).text
        assert "<iframe" not in said and ("ended with the server" in said or "s’est terminé avec le serveur" in said)
    finally:
        site.stop()


def running(room):
    """Return the processes that name this folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(room) in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found
