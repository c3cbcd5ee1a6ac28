"""The threads of a worker."""

from __future__ import annotations

import threading

from dihya_wsgi.threads import Threads


def test_no_more_work_waits_than_agreed():
    """What has begun may come to its end all the same."""
    free, done = threading.Event(), []
    threads = Threads(1, 1, "test")
    begun = threading.Event()
    assert threads.submit(lambda: (begun.set(), free.wait(10)))
    assert begun.wait(10) and threads.submit(lambda: done.append(1))
    assert not threads.submit(lambda: done.append(2))
    last = threading.Event()
    assert threads.submit(last.set, always=True)
    free.set()
    assert last.wait(10) and done == [1]


def test_work_that_fails_ends_no_thread(caplog):
    """The next work is done."""
    threads, after = Threads(1, 10, "test"), threading.Event()
    threads.submit(lambda: 1 / 0)
    threads.submit(after.set)
    assert after.wait(10) and "ZeroDivisionError" in caplog.text


def test_a_lane_has_a_part_of_the_threads():
    """What waits in it is done in order, one after the other; more than may wait is not taken."""
    threads, free, done = Threads(8, 16, "lane"), threading.Event(), []
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


def test_work_that_fails_gives_its_place_in_the_lane_back(caplog):
    """The next one is done."""
    threads, done = Threads(8, 16, "lane"), threading.Event()
    threads.submit(lambda: 1 / 0, lane="in")
    while not threads.submit(done.set, lane="in"):
        pass
    assert done.wait(20)
