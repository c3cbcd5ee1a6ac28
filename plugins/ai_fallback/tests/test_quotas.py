"""Quotas in a real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from dihya_ai_fallback.models import Quota, Reservation
from dihya_ai_fallback.quotas import Quotas
from dihya_hookspecs.acts import Acts


class Clock:
    """A UTC time that passes when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    """A clock at noon."""
    return Clock()


@pytest.fixture
def app(make_app):
    """An application with quotas."""
    return make_app("ai_fallback")


@pytest.fixture
def quotas(app, clock):
    """A limit of 100 tokens."""
    with app.act() as act:
        return Quotas(act.get(Acts), 100, clock)


def usage(app, quotas, person="p1"):
    with app.act() as act:
        found = quotas.usage(act, person)
        return found.used, found.reserved


def test_reserve_and_settle(app, quotas):
    """What is reserved counts until it is settled, then what was used does."""
    reservation = quotas.reserve("p1", 60, 10)
    assert usage(app, quotas) == (0, 60)
    quotas.settle(reservation, 25)
    assert usage(app, quotas) == (25, 0)
    assert quotas.reserve("p1", 76, 10) is None and quotas.reserve("p1", 75, 10)


def test_people_are_counted_apart(app, quotas):
    """One person's use is not another's."""
    quotas.reserve("p1", 100, 10)
    assert quotas.reserve("p2", 100, 10) and quotas.reserve("p1", 1, 10) is None


def test_a_new_day(quotas, clock):
    """At midnight UTC the counter starts again."""
    assert quotas.until_tomorrow() == 12 * 3600
    quotas.reserve("p1", 100, 10)
    clock.now += timedelta(hours=12)
    assert quotas.reserve("p1", 100, 10)


def test_abandoned_reservations_expire(app, quotas, clock):
    """What a dead process had reserved comes back; settling it late changes nothing."""
    lost = quotas.reserve("p1", 100, 10)
    clock.now += timedelta(seconds=11)
    assert quotas.reserve("p1", 40, 10)
    quotas.settle(lost, 100)
    assert usage(app, quotas) == (0, 40)


def test_settled_twice(app, quotas):
    """Settling twice counts once."""
    reservation = quotas.reserve("p1", 50, 10)
    quotas.settle(reservation, 30)
    quotas.settle(reservation, 30)
    assert usage(app, quotas) == (30, 0)


def test_concurrent_callers(app, quotas):
    """Of forty concurrent requests for 10 of 100 tokens exactly ten are admitted, and nothing is lost in settling."""
    with ThreadPoolExecutor(8) as pool:
        reserved = [found for found in pool.map(lambda _: quotas.reserve("p1", 10, 60), range(40)) if found]
        assert len(reserved) == 10
        list(pool.map(lambda one: quotas.settle(one, 4), reserved))
    assert usage(app, quotas) == (40, 0)


def test_counters_are_not_audited(app, quotas):
    """A counter leaves no trace in the audit, and one row a person and day."""
    quotas.settle(quotas.reserve("p1", 10, 60), 3)
    assert [event for event in app.trail if event.action in ("insert", "update", "delete")] == []
    with app.act() as act:
        assert act.session.query(Quota).count() == 1 and act.session.query(Reservation).count() == 0


def test_inside_a_writing_act(app, clock):
    """An act that has written already holds SQLite's write lock; reserving does not wait for it, and is undone with it."""
    with pytest.raises(ZeroDivisionError), app.act() as act:
        inside = Quotas(act.get(Acts), 100, clock, running=act)
        act.session.add(Quota(person="p9", day="2026-01-01", used=0, reserved=0, created_at=clock.now))
        act.session.flush()
        inside.settle(inside.reserve("p1", 60, 10), 25)
        assert inside.usage(act, "p1").used == 25
        raise ZeroDivisionError
