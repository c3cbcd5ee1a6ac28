"""A plugin that keeps failing is tripped, seen by every process, and re-armable."""

from dihya_core.hooks.circuit_breaker import CircuitBreaker
from dihya_hookspecs.app import BreakerState


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
    """Re-arming a plugin that was not tripped changes nothing and says so."""
    assert not CircuitBreaker(None).rearm("p")


def test_the_later_of_two_states_holds_whatever_the_clocks_say(tmp_path):
    """Two folders that are merged in any order agree; who re-arms what it saw is later, even by a clock that is behind."""
    here, there = CircuitBreaker(tmp_path / "here", limit=1), CircuitBreaker(tmp_path / "there")
    here.failed("p", "why")
    tripped = here.states()
    there.merge(tripped)
    assert there.reasons == {"p": "why"}
    ahead = [BreakerState("p", True, "why", tripped[0].at + 3600)]
    there.merge(ahead)
    assert there.rearm("p")
    for _ in range(2):
        here.merge(there.states())
        here.merge(tripped)
        assert here.reasons == {}
    assert CircuitBreaker(tmp_path / "here").reasons == {}


def test_two_processes_of_one_folder_lose_nothing(tmp_path):
    """What one has not read yet is kept when it writes its own."""
    first, second = CircuitBreaker(tmp_path, limit=1), CircuitBreaker(tmp_path, limit=1)
    first.failed("p", "why")
    second.failed("q", "why")
    assert CircuitBreaker(tmp_path).reasons == {"p": "why", "q": "why"}


def test_what_is_learnt_from_elsewhere_counts_at_once():
    """Plugins that another machine left out are not called here, and those that it re-armed are."""
    silenced = []
    shared = CircuitBreaker(None, silence=silenced.append)
    shared.merge([BreakerState("p", True, "why", 1.0)])
    shared.merge([BreakerState("p", True, "why", 1.0)])
    shared.merge([BreakerState("p", False, "", 2.0)])
    assert silenced == [{"p"}, set()]
    assert [state.tripped for state in shared.states()] == [False]
