"""A function that a plugin declared costs only itself."""

import pytest
from dihya_core.hooks import declared, monitor
from dihya_core.hooks.caller import HookCaller
from dihya_hookspecs.slots import TimeBudget


@pytest.fixture
def now(monkeypatch):
    """A clock that a test moves: ``now[0]`` seconds."""
    at = [100.0]
    for module in (declared, monitor):
        monkeypatch.setattr(module, "monotonic", lambda: at[0])
        monkeypatch.setattr(module, "perf_counter", lambda: at[0])
    return at


def troubles(caller):
    return [str(item) for item in caller.monitor.troubles().get("p", ())]


def test_the_answer_of_a_function_that_works_is_returned(now):
    """Whatever it is, and without a word about the plugin."""
    caller = HookCaller()
    assert declared.guarded(caller, "p", "slot x", lambda: 7) == 7 and troubles(caller) == []


@pytest.mark.parametrize("error", [ValueError("secret"), SystemExit(2), RecursionError(), KeyboardInterrupt()])
def test_a_function_that_raises_is_named_and_gives_nothing(now, error):
    """Neither an exit of the interpreter nor a recursion gets out; the words of the error are told to nobody."""
    caller = HookCaller()

    def fails():
        raise error

    assert declared.guarded(caller, "p", "slot x", fails) is None
    (said,) = troubles(caller)
    assert said.startswith(f"failing: 1 of the last 1 calls of slot x ({type(error).__name__}") and "secret" not in said


def lasting(now, seconds, asked=None):
    """Return a function that takes so long."""

    def last():
        if asked is not None:
            asked.append(now[0])
        now[0] += seconds
        return "late"

    return last


def test_a_function_that_was_slow_rests_twice_as_long_each_time(now):
    """No page waits for it meanwhile; then it is asked again, and named as slow for as long as it is."""
    caller, asked = HookCaller(), []
    slow = lasting(now, 0.2, asked)
    assert [declared.guarded(caller, "p", "slot x", slow) for _ in range(5)] == ["late"] * 2 + [None] * 3
    assert troubles(caller) == ["slow: 2 of the last 2 calls of slot x (200 ms)"]
    for rest in (2, 4, 8, 16):
        now[0] += rest - 0.01
        assert declared.guarded(caller, "p", "slot x", slow) is None
        now[0] += 0.02
        assert declared.guarded(caller, "p", "slot x", slow) == "late"
    assert len(asked) == 6


def test_a_rest_is_an_hour_at_most(now):
    """Whoever is mended is back within the hour."""
    caller = HookCaller()
    for _ in range(40):
        declared.guarded(caller, "p", "slot x", lasting(now, 0.2))
        now[0] += monitor.LONGEST_REST
    assert declared.guarded(caller, "p", "slot x", lambda: 7) == 7


def test_a_function_that_is_quick_again_begins_anew(now):
    """One slow call after that costs two seconds, and nobody calls it slow for a single one that went well since."""
    caller = HookCaller()
    for seconds in (0.2, 0.2):
        declared.guarded(caller, "p", "slot x", lasting(now, seconds))
    now[0] += 2.1
    assert declared.guarded(caller, "p", "slot x", lambda: 7) == 7 and troubles(caller) == []
    declared.guarded(caller, "p", "slot x", lasting(now, 0.2))
    now[0] += 2.1
    assert declared.guarded(caller, "p", "slot x", lambda: 7) == 7


def test_the_first_call_may_load_libraries_but_not_take_a_second(now):
    """The cards of a process that has just started are not left out for it."""
    caller = HookCaller()
    declared.guarded(caller, "p", "slot x", lasting(now, 0.9))
    assert declared.guarded(caller, "p", "slot x", lambda: 7) == 7
    declared.guarded(caller, "p", "slot y", lasting(now, 1.1))
    assert declared.guarded(caller, "p", "slot y", lambda: 7) is None


def test_what_a_page_has_for_all_is_not_exceeded(now):
    """Once it is spent nobody else is called, whoever took longest is named and rests, and the next page has time again."""
    caller = HookCaller()
    takes = {"slot a": 0.04, "slot b": 0.07, "slot c": 0.01}

    def page():
        within = TimeBudget(0.1)
        return [declared.guarded(caller, "p", what, lasting(now, takes[what]), within=within) for what in takes]

    assert page() == ["late"] * 3  # the first calls are on the house
    assert page() == ["late", "late", None]
    assert troubles(caller) == ["slow: 1 of the last 2 calls of slot b (70 ms)"]
    assert page() == ["late", None, "late"]


def test_a_tripped_plugin_is_not_asked(now):
    """A tripped plugin is left out here as from every hook that may go without it."""
    caller = HookCaller()
    caller.silence({"p"})
    assert declared.guarded(caller, "p", "slot x", lambda: 7) is None


def test_failing_again_and_again_trips_no_plugin(make_app, plugin):
    """A card that nobody can draw is no reason to leave out everything else."""
    app = make_app(plugins={"p": plugin()})
    with app.act("look"):
        for _ in range(20):
            assert app.flask.runtime.guarded("p", "slot x", lambda: 1 // 0) is None
    assert {info.name: info.state for info in app.flask.runtime.all()}["p"] == "active"
