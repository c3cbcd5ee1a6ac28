"""Writers of one process take turns, and what is committed is on the disk before anybody is told."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from dihya_db import turns as module
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_db.turns import Turns
from dihya_hookspecs import DihyaError
from sqlalchemy import text

ADD = text("INSERT INTO t VALUES (1)")


@pytest.fixture
def engine(tmp_path):
    engine = build(Settings(busy_timeout=5), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    yield engine
    engine.dispose()


class Disk:
    """Takes the place of the real one: counts, and waits or fails when it shall."""

    def __init__(self):
        self.syncs, self.fails = 0, False
        self.asked, self.goes = threading.Event(), threading.Event()
        self.goes.set()

    def __call__(self, handle):
        self.syncs += 1
        self.asked.set()
        assert self.goes.wait(30)
        if self.fails:
            raise OSError("no such disk")


@pytest.fixture
def disk(engine, monkeypatch):
    monkeypatch.setattr(module, "_to_disk", found := Disk())
    return found


def add(engine):
    with engine.begin() as connection:
        connection.execute(ADD)


def count(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM t"))


def until(true):
    """Wait until something is so, ten seconds at most."""
    moment = threading.Event()
    assert any(true() or moment.wait(0.001) for _ in range(10_000))


def test_who_comes_first_writes_first():
    """Turns are given in the order in which they were asked for, and a turn that was not taken back is nobody else's."""
    turns, order = Turns(), []
    assert turns.take(0)

    def write(number):
        assert turns.take(30)
        order.append(number)
        turns.give()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=write, args=(number,)))
        threads[-1].start()
        until(lambda number=number: turns.waiting == number + 1)
    assert not turns.take(0) and turns.waiting == 5
    turns.give()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4] and turns.take(0)


def test_who_waits_too_long_is_told_and_blocks_nobody(engine):
    """A writer that gave up says what it waited for, as long as its connection waits, and leaves the queue."""
    with engine.connect() as first, engine.connect() as second:
        second.exec_driver_sql("PRAGMA busy_timeout = 1")
        second.rollback()
        first.execute(ADD)
        with pytest.raises(DihyaError, match="being written") as told:
            second.execute(ADD)
        assert told.value.code == "database-busy"
        first.commit()
        second.rollback()
        second.execute(ADD)
        second.commit()
    assert count(engine) == 2


@pytest.mark.parametrize("end", ["rollback", "close", "invalidate"])
def test_whoever_does_not_commit_gives_the_turn_too(engine, end):
    """The next one writes after a rollback, and after a connection that was given back or thrown away."""
    connection = engine.connect()
    connection.execute(ADD)
    getattr(connection, end)()
    add(engine)
    connection.close()
    assert count(engine) == 1


def test_nobody_is_told_before_it_is_on_the_disk(engine, tmp_path, monkeypatch):
    """What the disk had when a commit returned holds the row: a power cut after that takes nothing."""
    had = tmp_path / "had"
    had.mkdir()
    monkeypatch.setattr(
        module,
        "_to_disk",
        lambda handle: [shutil.copy(tmp_path / f"dihya.db{end}", had / f"dihya.db{end}") for end in ("", "-wal")],
    )
    for number in range(1, 4):
        add(engine)
        after = tmp_path / f"after{number}"
        shutil.copytree(had, after)
        with closing(sqlite3.connect(after / "dihya.db")) as found:
            assert found.execute("SELECT count(*) FROM t").fetchone() == (number,)


def test_the_next_one_writes_while_a_commit_waits_for_the_disk(engine, disk):
    """The turn ends with the commit in the WAL; a commit that waits holds up no other."""
    disk.goes.clear()
    with ThreadPoolExecutor() as threads:
        first = threads.submit(add, engine)
        assert disk.asked.wait(30)
        with engine.connect() as connection:
            connection.execute(ADD)
            assert not first.done()
            connection.rollback()
        disk.goes.set()
        first.result(30)


def test_one_sync_takes_many_commits(engine, disk):
    """Commits that come while the disk is busy share the next sync."""
    disk.goes.clear()
    with ThreadPoolExecutor(8) as threads:
        done = [threads.submit(add, engine)]
        assert disk.asked.wait(30)
        done += [threads.submit(add, engine) for _ in range(5)]
        until(lambda: count(engine) == 6)
        assert not any(one.done() for one in done)
        disk.goes.set()
        for one in done:
            one.result(30)
    assert 2 <= disk.syncs <= 3  # the last of them may have come when the second sync had begun


def test_a_disk_that_takes_nothing_is_told(engine, disk):
    """Everybody whose commit it did not take hears of it; the next commit is asked for anew."""
    disk.goes.clear()
    disk.fails = True
    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(add, engine)]
        assert disk.asked.wait(30)
        done += [threads.submit(add, engine) for _ in range(2)]
        until(lambda: count(engine) == 3)
        disk.goes.set()
        told = [one.exception(30) for one in done]
    assert {error.code for error in told} == {"database-io"}
    disk.fails = False
    add(engine)


def test_who_is_interrupted_leaves_the_sync_to_the_next(engine, disk, monkeypatch):
    """An interrupt while the disk works ends that one wait; the commits of others are synced all the same."""
    disk.goes.clear()
    real = module._to_disk

    def interrupted(handle):
        real(handle)
        if disk.syncs == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(module, "_to_disk", interrupted)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(add, engine)
        assert disk.asked.wait(30)
        second = threads.submit(add, engine)
        until(lambda: count(engine) == 2)
        disk.goes.set()
        assert isinstance(first.exception(30), KeyboardInterrupt)
        second.result(30)
    assert disk.syncs == 2


def test_only_a_turn_syncs_by_itself(engine, disk):
    """Outside of a turn SQLite does it: commits in between, and connections that commit each statement."""
    with engine.connect() as connection:
        connection.execute(ADD)
        assert connection.scalar(text("PRAGMA synchronous")) == 1
        connection.commit()
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        connection.rollback()
        connection.execute(ADD)
        connection.rollback()
        assert connection.scalar(text("PRAGMA synchronous")) == 2
    assert disk.syncs == 1
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(ADD)
        assert connection.scalar(text("PRAGMA synchronous")) == 2
    assert disk.syncs == 1


def test_who_asks_for_less_gets_less(tmp_path, monkeypatch):
    """With db.synchronous NORMAL no commit waits for the disk."""
    monkeypatch.setattr(module, "_to_disk", disk := Disk())
    engine = build(Settings(synchronous="NORMAL"), tmp_path)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    add(engine)
    assert count(engine) == 1 and disk.syncs == 0
    engine.dispose()


def test_a_child_process_waits_for_nobody_of_its_parent():
    """The turn that a thread of the parent has is free in the child."""
    turns = Turns()
    assert turns.take(0)
    child = os.fork()
    if not child:
        os._exit(0 if turns.take(0) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not turns.take(0)
