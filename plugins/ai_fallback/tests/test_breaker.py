"""The circuit breaker, with a clock of our own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from dihya_ai_fallback.breaker import Breaker, Breakers
from dihya_ai_fallback.settings import Settings


class Clock:
    """Seconds that pass when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    """A clock."""
    return Clock()


@pytest.fixture
def breaker(clock):
    """A breaker with the default settings: four requests, half of them failed, thirty seconds."""
    return Breaker(Settings(), clock)


def opened(breaker):
    for _ in range(4):
        breaker.failed()
    return breaker


def test_few_failures_conclude_nothing(breaker):
    """Below the minimum of requests it stays closed."""
    for _ in range(3):
        breaker.failed()
    assert breaker.allows() and breaker.state == "closed"


def test_half_failed_opens(breaker):
    """Half of four requests failed: it opens."""
    breaker.succeeded()
    breaker.succeeded()
    breaker.failed()
    assert breaker.state == "closed"
    breaker.failed()
    assert breaker.state == "open" and not breaker.allows() and breaker.seconds_left == 30


def test_old_failures_are_forgotten(breaker, clock):
    """Failures outside the window do not count."""
    for _ in range(3):
        breaker.failed()
    clock.now += 61
    breaker.failed()
    assert breaker.state == "closed"


def test_retry_after_keeps_it_open(breaker, clock):
    """A Retry-After longer than the cool-down is respected."""
    for _ in range(4):
        breaker.failed(retry_after=120)
    clock.now += 60
    assert not breaker.allows()
    clock.now += 60
    assert breaker.allows()


def test_exactly_one_probe(breaker, clock):
    """After the cool-down one of many concurrent callers may try."""
    opened(breaker)
    clock.now += 30
    assert breaker.state == "half-open"
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: breaker.allows(), range(64))) == 1


def test_probe_decides(breaker, clock):
    """A probe that succeeds closes it; one that fails opens it again."""
    opened(breaker)
    clock.now += 30
    assert breaker.allows()
    breaker.failed()
    assert breaker.state == "open" and not breaker.allows()
    clock.now += 30
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state == "closed" and breaker.allows() and breaker.allows()


def test_lost_probe(breaker, clock):
    """A probe whose caller never came back is replaced after another cool-down; one that was not made at once."""
    opened(breaker)
    clock.now += 30
    assert breaker.allows() and not breaker.allows()
    clock.now += 30
    assert breaker.allows()
    breaker.spared()
    assert breaker.allows()


def test_reset(breaker):
    """Reset closes it."""
    opened(breaker).reset()
    assert breaker.state == "closed" and breaker.allows()


def test_one_each(clock):
    """Each provider and model has its own."""
    breakers = Breakers(clock)
    assert breakers.of("a", "m", Settings()) is breakers.of("a", "m", Settings())
    assert breakers.of("a", "m", Settings()) is not breakers.of("a", "n", Settings())
