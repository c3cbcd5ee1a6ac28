"""One runner of health checks for the command line, the console and the load balancer."""

import threading

import pytest
from dihya_hookspecs import DihyaError, hookimpl
from dihya_hookspecs.acts import current
from dihya_hookspecs.ops import Health, HealthCheck

PASSWORD = "hunter2"


@pytest.fixture
def ask(make_app, plugin):
    """Return a function that starts an application with these checks and gives its Health."""

    def make(*checks, **core):
        @hookimpl
        def register_health_checks():
            return list(checks)

        app = make_app(plugins={"fake": plugin(register_health_checks)}, config={"dihya": core}, tables=False)
        with app.act() as act:
            return act.get(Health)

    return make


def by_name(results):
    return {result.name: result for result in results if result.plugin == "fake"}


def broken():
    raise RuntimeError(f"cannot reach postgresql://user:{PASSWORD}@host")


def test_each_check_runs_in_an_act_of_its_own(ask):
    """What it says is given back; without the optional ones only the critical are asked."""
    health = ask(HealthCheck("act", lambda: current().name), HealthCheck("extra", broken, critical=False))
    assert by_name(health.ask())["act"].said == "fake.health"
    assert (by_name(health.ask())["extra"].state, by_name(health.ask())["extra"].critical) == ("failed", False)
    assert "extra" not in by_name(health.ask(optional=False))


def test_the_words_of_a_stranger_stay_in_the_log(ask, caplog):
    """An error's message may quote a password; type and place are enough for a page."""
    result = by_name(ask(HealthCheck("down", broken)).ask())["down"]
    assert (result.state, result.said) == ("failed", f"RuntimeError at {__file__}:{broken.__code__.co_firstlineno + 1}")
    assert PASSWORD in caplog.text


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), RecursionError()])
def test_a_check_that_leaves_the_interpreter_has_failed(ask, error):
    """Whatever it raises ends that check alone."""

    def leave():
        raise error

    found = by_name(ask(HealthCheck("gone", leave), HealthCheck("fine", lambda: "well")).ask())
    assert (found["gone"].state, found["fine"].state) == ("failed", "ok")
    assert type(error).__name__ in found["gone"].said


def test_a_hanging_check_is_cut_off_and_not_piled_up(ask, monkeypatch):
    """It counts as slow after ``probe_seconds`` and is not started again while it hangs; the others answer."""
    monkeypatch.setattr("dihya_core.health.FRESH", 0.0)
    released, started = threading.Event(), []

    def hang():
        started.append(1)
        released.wait(20)
        return "late"

    health = ask(HealthCheck("hang", hang), HealthCheck("fine", lambda: "well"), probe_seconds=0.2)
    found = by_name(health.ask())
    assert (found["hang"].state, found["hang"].said) == ("slow", "no answer after 0.2 s")
    assert found["fine"].state == "ok"
    health.ask()
    assert len(started) == 1
    released.set()
    health._hanging["fake", "hang"].thread.join(20)
    assert by_name(health.ask())["hang"].said == "late"


def test_checks_run_at_the_same_time(ask):
    """Two checks that wait for each other both answer."""
    both = threading.Barrier(2)
    found = by_name(ask(*(HealthCheck(name, lambda: str(both.wait(10) >= 0)) for name in "ab"), probe_seconds=10).ask())
    assert [found[name].state for name in "ab"] == ["ok", "ok"]


def test_asking_often_costs_one_run(ask):
    """Within a second the same answer is given again."""
    runs = []
    health = ask(HealthCheck("count", lambda: runs.append(1) or "fine"))
    assert health.ask() == health.ask()
    assert len(runs) == 1


def test_one_cause_is_told_once(ask, caplog):
    """Checks that fail with the same words name the first of them."""

    def down():
        raise DihyaError("the database does not answer")

    found = by_name(ask(HealthCheck("a", down), HealthCheck("b", down)).ask())
    assert (found["a"].same_as, found["b"].same_as) == ("", "a")
    assert caplog.text.count("the database does not answer") == 1
