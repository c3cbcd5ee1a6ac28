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
