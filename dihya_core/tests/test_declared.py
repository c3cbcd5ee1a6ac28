"""A function that a plugin declared costs only itself."""

import pytest
from dihya_core.hooks import declared, monitor
from dihya_core.hooks.caller import HookCaller


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


def test_a_function_that_keeps_being_slow_rests_for_half_a_minute(now):
    """The page is made without it meanwhile; then it is asked again."""
    caller, asked = HookCaller(), []

    def slow():
        asked.append(now[0])
        now[0] += 0.2
        return "late"

    assert [declared.guarded(caller, "p", "slot x", slow) for _ in range(5)] == ["late"] * 3 + [None] * 2
    assert troubles(caller) == ["slow: 3 of the last 3 calls of slot x (200 ms)"]
    now[0] += monitor.REST
    assert declared.guarded(caller, "p", "slot x", slow) == "late" and len(asked) == 4


def test_a_tripped_plugin_is_not_asked(now):
    """As with every hook that may go without it."""
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
