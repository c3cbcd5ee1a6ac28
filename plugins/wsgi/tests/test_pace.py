"""The pace at which a client takes its answers, by a clock of the test's own."""

from __future__ import annotations

from dihya_wsgi.pace import Pace


def test_who_has_taken_everything_owes_nothing():
    """A connection on which nothing waits is never late, however old it is."""
    pace = Pace(500, 30)
    pace.add(1000)
    assert not any(pace.is_late(now, 0) for now in (0, 100, 10_000))


def test_nothing_taken_for_the_agreed_time_is_late():
    """The time begins when something waits for the first time, not before."""
    pace = Pace(0, 30)
    pace.add(1000)
    assert not pace.is_late(1000, 1000) and not pace.is_late(1029, 1000) and pace.is_late(1030, 1000)


def test_less_than_the_rate_is_late():
    """Some bytes in thirty seconds are not enough; the agreed number is."""
    slow, good = Pace(500, 30), Pace(500, 30)
    for pace in (slow, good):
        pace.add(100_000)
        assert not pace.is_late(0, 100_000)
    assert slow.is_late(30, 100_000 - 14_999) and not good.is_late(30, 100_000 - 15_000)


def test_reading_fast_at_first_saves_nothing_up():
    """Each period is judged alone: a megabyte of the first does not pay for silence in the second."""
    pace = Pace(500, 30)
    pace.add(2_000_000)
    assert not pace.is_late(0, 2_000_000) and not pace.is_late(30, 1_000_000) and pace.is_late(60, 1_000_000)


def test_the_time_of_the_whole_answer_holds_for_good_readers_too():
    """An answer that is under way ends with its time; when it was taken before, the time does not run on."""
    pace = Pace(0, 30)
    pace.begin(100)
    pace.add(10)
    assert not pace.is_late(99, 0) and pace.is_late(101, 0)
    pace.complete()
    assert not pace.is_late(99, 0) and not pace.is_late(101, 0)


def test_an_answer_behind_another_shares_its_time():
    """Requests sent ahead do not make the time of unread answers longer."""
    pace = Pace(0, 30)
    pace.begin(100)
    pace.add(10)
    pace.complete()
    pace.begin(200)
    assert pace.is_late(101, 10)
