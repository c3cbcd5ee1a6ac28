"""Recurring work: what is led runs in one process, what is not in each; what fails comes again ever more seldom."""

from __future__ import annotations

import logging
import threading
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import Background
from dihya_tasks import background
from dihya_tasks.background import Rounds, offered


class Place:
    """The place of the leader, free or taken."""

    def __init__(self, free=True):
        self.free, self.left = free, threading.Event()

    def take(self):
        if isinstance(self.free, Exception):
            raise self.free
        return self.free

    def leave(self):
        self.left.set()


def plugin_with(*works):
    @hookimpl
    def register_background():
        return list(works)

    return SimpleNamespace(register_background=register_background, __doc__="Works.", __name__="worker")


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(background, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def led(*works):
    """Rounds that lead, without their threads."""
    rounds = Rounds(None, list(works), Place())
    rounds._leads.set()
    return rounds


def test_a_server_process_does_the_recurring_work_of_plugins(make_app):
    """What register_background returns is run by a server process, without an act around it."""
    ran, own = threading.Event(), threading.Event()
    works = (
        Background("worker.beat", 60, lambda acts: ran.set()),
        Background("worker.own", 60, lambda acts: own.set(), leader=False),
    )
    make_app("tasks", plugins={"worker": plugin_with(*works)}, serving=True)
    assert ran.wait(20) and own.wait(20)


def test_a_command_does_no_recurring_work(make_app):
    """An application that does not serve collects the work and runs none of it."""
    ran = threading.Event()
    app = make_app("tasks", plugins={"worker": plugin_with(Background("worker.beat", 60, lambda acts: ran.set()))})
    assert "worker.beat" in [work.name for work in offered(app.hooks)] and not ran.is_set()


def test_who_does_not_lead_does_its_own_work_only():
    """While another process leads, only work that each process does is done here."""
    led, own = threading.Event(), threading.Event()
    works = [Background("w.led", 60, lambda acts: led.set()), Background("w.own", 60, lambda acts: own.set(), False)]
    rounds = Rounds(None, works, Place(free=False))
    rounds.start()
    assert own.wait(20)
    rounds.stop()
    assert not led.is_set()


def test_work_comes_in_its_time_and_at_once_when_there_is_more(clock):
    """Work that returns True comes in the next round, other work when its seconds are over."""
    runs = []

    def more(acts):
        runs.append("more")
        return runs.count("more") < 3

    works = [Background("w.more", 60, more), Background("w.once", 30, lambda acts: runs.append("once"))]
    rounds = led(*works)
    for step in (0, 1, 1, 1, 30):
        clock.now += step
        rounds.turn(works)
    assert runs.count("more") == 3 and runs.count("once") == 2


def test_what_keeps_failing_comes_ever_more_seldom_and_is_told_once(clock, caplog):
    """While the database is away the pauses grow to a minute, one line says so, and one that it works again."""
    caplog.set_level(logging.WARNING)
    runs, broken = [], [True]

    def work(acts):
        runs.append(clock.now)
        if broken[0]:
            raise OSError("away")

    works = [Background("w.broken", 1, work)]
    rounds = led(*works)
    for _ in range(600):
        rounds.turn(works)
        rounds.soon("w.broken")
        clock.now += 1
    assert len(runs) <= 16 and max(b - a for a, b in zip(runs, runs[1:], strict=False)) == 60
    assert len(caplog.records) == 1
    broken[0] = False
    clock.now += 60
    rounds.turn(works)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_work_that_is_wanted_soon_is_due_at_once(clock):
    """soon() does not wait for the seconds to pass."""
    runs = []
    works = [Background("w.x", 3600, lambda acts: runs.append(1))]
    rounds = led(*works)
    rounds.turn(works)
    assert rounds.turn(works) == 3600
    rounds.soon("w.x")
    rounds.turn(works)
    assert len(runs) == 2


def test_leaving_ends_the_rounds_and_frees_the_place():
    """Stopping returns once the threads have ended, and the next process can lead."""
    place = Place()
    rounds = Rounds(None, [Background("w.x", 60, lambda acts: None)], place)
    rounds.start()
    rounds.stop()
    assert not any(thread.is_alive() for thread in rounds._threads) and place.left.is_set()


def test_schedules_go_on_after_the_database_was_away(monkeypatch):
    """Whoever lost the place of the leader because the database was away takes it again (DBOS #139)."""
    monkeypatch.setattr(background.leases, "BEAT", 0.01)
    monkeypatch.setattr(background.leases, "LEASE", 0.02)
    place, runs = Place(), threading.Semaphore(0)
    rounds = Rounds(None, [Background("w.x", 0.01, lambda acts: runs.release())], place)
    rounds.start()
    assert runs.acquire(timeout=20)
    place.free = OSError("away")
    while rounds._leads.is_set():
        runs.acquire(timeout=0.1)
    while runs.acquire(blocking=False):
        pass
    place.free = True
    assert runs.acquire(timeout=20) and runs.acquire(timeout=20)
    rounds.stop()
