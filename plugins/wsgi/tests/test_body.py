"""Bodies while they are received."""

from __future__ import annotations

from dihya_wsgi.body import IN_MEMORY, Body, Store


def test_a_body_counts_what_it_holds_and_gives_it_back():
    """From memory to disk, once and not twice."""
    store = Store(10_000_000)
    body = Body(store, 1_000_000, 10, 0, 0.0)
    parts = [b"a" * IN_MEMORY, b"b" * 10]
    assert [body.add(part) for part in parts] == [0, 0]
    assert body.reader().read() == b"".join(parts) and store.held == IN_MEMORY + 10
    body.close()
    body.close()
    assert store.held == 0


def test_a_body_says_why_it_takes_no_more():
    """413 for its own limit, 503 for that of all together."""
    store = Store(100)
    assert Body(store, 10, 1, 0, 0.0).add(b"x" * 11) == 413
    assert Body(store, 1000, 1, 0, 0.0).add(b"x" * 101) == 503
    assert store.held == 0


def test_a_body_is_late_by_its_time_or_by_its_rate():
    """The rate counts after five seconds only."""
    body = Body(Store(1000), 100, 20, 10, 100.0)
    assert not body.is_late(104.9) and body.is_late(105.1)
    body.add(b"x" * 100)
    assert not body.is_late(110.0) and body.is_late(120.1)
