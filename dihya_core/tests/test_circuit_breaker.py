"""A plugin that keeps failing is tripped, seen by every process, and re-armable."""

from dihya_core.hooks.circuit_breaker import CircuitBreaker


def test_failures_within_the_window_trip():
    """The third of three; only once."""
    breaker = CircuitBreaker(None, limit=3)
    assert [breaker.failed("p", "why") for _ in range(4)] == [False, False, True, False]
    assert breaker.reasons == {"p": "why"}


def test_failures_far_apart_do_not(monkeypatch):
    """Three failures in three windows are three accidents."""
    clock = iter(range(0, 1000, 61))
    monkeypatch.setattr("dihya_core.hooks.circuit_breaker.monotonic", lambda: next(clock))
    breaker = CircuitBreaker(None, limit=3, window=60)
    assert not any(breaker.failed("p", "why") for _ in range(3))


def test_another_process_sees_it_and_re_arms(tmp_path):
    """Through the data folder; the first notices."""
    first = CircuitBreaker(tmp_path, limit=1)
    first.failed("p", "why")
    second = CircuitBreaker(tmp_path)
    assert second.reasons == {"p": "why"}
    assert second.rearm("p")
    assert first.refresh(force=True)
    assert first.reasons == {}


def test_a_damaged_note_does_not_keep_the_house_from_starting(tmp_path):
    """The failures would come again."""
    (tmp_path / "tripped.json").write_text("[1, {")
    assert CircuitBreaker(tmp_path).reasons == {}


def test_re_arming_what_was_not_tripped_says_so():
    """And changes nothing."""
    assert not CircuitBreaker(None).rearm("p")
