"""The threads of a worker."""

from __future__ import annotations

import threading

import pytest
from dihya_wsgi.threads import Threads


@pytest.fixture
def started():
    """Return a function that starts threads, which end with the test."""
    found = []

    def start(*given):
        found.append(Threads(*given))
        return found[-1]

    yield start
    for each in found:
        each.close()


def test_no_more_work_waits_than_agreed(started):
    """What has begun may come to its end all the same."""
    free, done = threading.Event(), []
    threads = started(1, 1, "test")
    begun = threading.Event()
    assert threads.submit(lambda: (begun.set(), free.wait(10)))
    assert begun.wait(10) and threads.submit(lambda: done.append(1))
    assert not threads.submit(lambda: done.append(2))
    last = threading.Event()
    assert threads.submit(last.set, always=True)
    free.set()
    assert last.wait(10) and done == [1]


def test_work_that_fails_ends_no_thread(started, caplog):
    """The next work is done."""
    threads, after = started(1, 10, "test"), threading.Event()
    threads.submit(lambda: 1 / 0)
    threads.submit(after.set)
    assert after.wait(10) and "ZeroDivisionError" in caplog.text


def test_a_lane_has_a_part_of_the_threads(started):
    """What waits in it is done in order, one after the other; more than may wait is not taken."""
    threads, free, done = started(8, 16, "lane"), threading.Event(), []
    assert (threads.lane_width, threads.lane_waiting) == (1, 2)
    assert threads.submit(lambda: free.wait(20), lane="in")
    assert all(threads.submit(lambda number=number: done.append(number), lane="in") for number in range(2))
    assert not threads.submit(print, lane="in")
    other = threading.Event()
    assert threads.submit(other.set, lane="elsewhere") and other.wait(20) and done == []
    free.set()
    ended = threading.Event()
    while not threads.submit(ended.set, lane="in"):
        pass
    assert ended.wait(20) and done == [0, 1]


def test_work_that_fails_gives_its_place_in_the_lane_back(started, caplog):
    """The next one is done."""
    threads, done = started(8, 16, "lane"), threading.Event()
    threads.submit(lambda: 1 / 0, lane="in")
    while not threads.submit(done.set, lane="in"):
        pass
    assert done.wait(20)


def test_threads_end_once_all_that_waits_is_done():
    """A worker that stops, and a test that opens many doors, leaves none behind."""
    threads, free, done = Threads(2, 10, "ending"), threading.Event(), []
    for number in range(4):
        threads.submit(lambda number=number: (free.wait(20), done.append(number)))
    mine = [each for each in threading.enumerate() if each.name.startswith("ending-")]
    threads.close()
    free.set()
    for each in mine:
        each.join(20)
    assert sorted(done) == [0, 1, 2, 3] and len(mine) == 2 and not any(each.is_alive() for each in mine)
