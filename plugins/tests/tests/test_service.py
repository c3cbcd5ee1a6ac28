"""Trials: who may begin one, who reaches it, and that nothing is left however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.trying import TrialLimits, TrialRequest, TrialRole
from dihya_tests.trying import passage, rooms, service
from dihya_tests.trying.service import KeptTrials

PYPROJECT = """[project]
name = "dihya-tiny"
version = "1"
requires-python = ">=3.11"
dependencies = ["dihya-hookspecs"]

[project.entry-points."dihya.plugins"]
tiny = "dihya_tiny"

[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""
FILES = {"pyproject.toml": PYPROJECT, "src/dihya_tiny/__init__.py": '"""Nothing much."""\n', "README.md": "# tiny\n"}
WAIT = 120
ASKING = TrialRequest(0, "GET", "/try", "/")


@pytest.fixture
def trials(tmp_path) -> Iterator[KeptTrials]:
    """Trials in a data folder of their own; all end with the test."""
    kept = KeptTrials(tmp_path / "data", serving=False)
    yield kept
    for trial in kept.all():
        kept.end(trial.token)


@pytest.fixture
def unkept(monkeypatch) -> Iterator[None]:
    """No process is started: the test itself holds the locks of the rooms."""
    locks: list[int] = []
    monkeypatch.setattr(service, "_start", lambda room, lock: locks.append(os.dup(lock)))
    yield
    for lock in locks:
        os.close(lock)


def begin(trials: KeptTrials, person: str = "anna", *, files: dict[str, str] = FILES, **limits):
    """Begin the trial of a tiny plugin."""
    return trials.begin(files, name="tiny", of=f"of {person}", person=person, limits=TrialLimits(**limits))


def until(look, seconds: float = WAIT):
    """Return the first true answer; fail when none comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        threading.Event().wait(0.05)
    raise AssertionError("it never happened")


def ended(trials: KeptTrials, trial):
    """Wait until a trial has ended, and return what is said of it."""
    return until(lambda: next((one for one in trials.all() if one.token == trial.token and one.state == "ended"), None))


def processes(room) -> list[psutil.Process]:
    """The processes of a trial: who keeps it, and everything that was started for it."""
    found = []
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if str(room) in line and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def left(room) -> set[str]:
    """What lies in a room."""
    return {path.name for path in room.iterdir()} if room.exists() else set()


def test_one_person_tries_one_thing(trials, unkept) -> None:
    """Who tries already is told so (409); somebody else may begin."""
    begin(trials)
    with pytest.raises(Invalid, match="you are trying an application already") as refused:
        begin(trials)
    assert (refused.value.status, refused.value.code) == (409, "trying")
    assert begin(trials, "bob").state == "starting"


def test_a_machine_has_room_for_some(trials, unkept) -> None:
    """When as many try as may, one sentence says so (409), with their number."""
    for person in ("anna", "bob"):
        begin(trials, person, in_all=2)
    with pytest.raises(Invalid, match="2 applications are being tried on this machine, as many as may") as refused:
        begin(trials, "carla", in_all=2)
    assert (refused.value.status, refused.value.code) == (409, "trials")


def test_two_beginnings_at_once_are_one(trials, unkept) -> None:
    """Whoever presses the button twice begins one trial."""

    def press(_: int) -> str:
        try:
            return begin(trials).state
        except Invalid as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(press, range(8))) == ["starting", *["trying"] * 7]


@pytest.mark.parametrize("token", ["", "x", "é", "../../etc"])
def test_nothing_is_at_another_address(trials, unkept, token: str) -> None:
    """Who does not know the token finds nothing."""
    begin(trials)
    with pytest.raises(NotFound):
        trials.get(token)
    with pytest.raises(NotFound):
        trials.ask(token, ASKING)


def test_who_asks_too_early_is_told_to_wait(trials, unkept) -> None:
    """As long as it starts, a trial answers nobody (503)."""
    trial = begin(trials)
    with pytest.raises(Invalid, match="starts still") as refused:
        trials.ask(trial.token, ASKING)
    assert refused.value.status == 503


def test_there_are_only_the_roles_that_there_are(trials, unkept) -> None:
    """A role that nobody holds is not found."""
    trial = begin(trials)
    room, _ = next(rooms.every(trials.where))
    rooms.write(room, replace(trial, state="running", roles=(TrialRole("x", Text("X", "X")),)))
    with passage.listen(room / rooms.SOCKET), pytest.raises(NotFound, match="nobody tries in this role"):
        trials.ask(trial.token, replace(ASKING, role=1))


def test_after_its_time_a_trial_is_reached_by_nobody(trials, unkept) -> None:
    """Even while its process still ends."""
    trial = begin(trials, seconds=0)
    with pytest.raises(NotFound, match="not any more"):
        trials.get(trial.token)


def test_a_plugin_that_leads_out_of_its_folder_begins_nothing(trials, unkept) -> None:
    """A path that climbs is refused, and no trial is counted for it."""
    with pytest.raises(Invalid):
        begin(trials, files={"../evil": "x"})
    assert begin(trials).state == "starting"


def test_a_trial_ends_with_its_time(trials) -> None:
    """When its time is over everything is gone: processes, files, and then the word of it."""
    begin(trials, seconds=3)
    room, _ = next(rooms.every(trials.where))
    until(lambda: not processes(room), 30)
    assert left(room) <= {rooms.FACTS, rooms.LOCK}
    until(lambda: not trials.all(), 5)
    assert not room.exists()


def test_a_killed_keeper_takes_everything_along(trials) -> None:
    """kill -9 of the process that keeps a trial ends what runs in the sandbox; the next look removes the files and says so."""
    trial = begin(trials)
    room, _ = next(rooms.every(trials.where))
    until(lambda: len(processes(room)) > 2)
    keeper = next(process for process in processes(room) if "dihya_tests.trying.keeper" in process.cmdline())
    keeper.kill()
    until(lambda: not processes(room), 15)
    assert ended(trials, trial).why == "stopped"
    assert left(room) == {rooms.FACTS, rooms.LOCK}


def test_a_trial_ends_with_its_server(tmp_path) -> None:
    """When the server is killed, nobody has to start it again for its trials to be removed."""
    data = tmp_path / "data"
    data.mkdir()
    server = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    (data / "serve.pid").write_text(str(server.pid))
    trials = KeptTrials(data, serving=True)
    trial = begin(trials)
    room, _ = next(rooms.every(trials.where))
    until(lambda: processes(room))
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    assert ended(trials, trial).why == "server"
    until(lambda: not processes(room), 15)


def test_what_does_not_start_says_why(trials) -> None:
    """A plugin whose code breaks ends its own trial, with the last line of what it said."""
    trial = begin(trials, files={**FILES, "src/dihya_tiny/__init__.py": "import os\nos._exit(3)\n"})
    found = ended(trials, trial)
    assert (found.why, found.said) == ("failed", "exit code 3")


def test_a_person_who_is_erased_tries_nothing_any_more(trials) -> None:
    """What is known of a person's trials goes with the person."""
    begin(trials)
    room, _ = next(rooms.every(trials.where))
    assert trials.forget("anna") == 1 and trials.forget("bob") == 0
    until(lambda: not processes(room), 15)
    assert not room.exists() and trials.all() == []
