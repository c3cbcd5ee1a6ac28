"""The column *tests*: what it reads, and what it makes of a run."""

from types import MappingProxyType, SimpleNamespace

import pytest
from dihya_tests.suite.columns import tests as column
from dihya_tests.suite.model import NotChecked

GOOD = 'def test_a():\n    """It is."""\n    assert f() == 1\n'


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (GOOD, "passed"),
        ("import time\n" + GOOD + "    time.sleep(1)\n", "failed"),
        ("from time import sleep\n" + GOOD + "    sleep(1)\n", "failed"),
        ("import pytest\n\n@pytest.mark.skip\n" + GOOD, "failed"),
        ("import pytest\n\n@pytest.mark.xfail(reason='x')\n" + GOOD, "failed"),
    ],
)
def test_waiting_and_skipping_are_seen(code, state, written):
    """A test waits for what it tests."""
    assert column.waiting(written(tests={"tests/test_a.py": code})).state == state


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (GOOD, ""),
        ("x = 1", "there is no test"),
        ("def test_a():\n    assert True\n", "says not what it expects"),
        ('def test_a():\n    """It is."""\n    x = 1\n', "asks nothing"),
        (GOOD + "\ndef pytest_report_header():\n    return 'x'\n", "has the hook"),
    ],
)
def test_tests_are_counted_and_read(code, sentence, written):
    """Each has a sentence and a question, and none changes the report."""
    found = column.there(written(tests={"tests/test_a.py": code}))
    assert (found.state, sentence in found.evidence.en) == ("failed" if sentence else "passed", True)


@pytest.fixture
def bench():
    """Makes a bench whose run on PostgreSQL ended so."""

    def make(tests=(), code=0, passed=True, apart=MappingProxyType({})):
        verdict = SimpleNamespace(passed=passed, detail="exit code 3: no room")
        ending = SimpleNamespace(stopped="", code=code, seconds=2.0)
        run = SimpleNamespace(there=True, tests=list(tests), passed=verdict, ending=ending)
        target = SimpleNamespace(said=SimpleNamespace(apart=apart))
        return SimpleNamespace(own_tests_on_postgresql=run, withheld={}, target=target)

    return make


def test_what_passes_on_postgresql_says_how_many(bench):
    """The same tests as on SQLite, on a server of their own."""
    told = [SimpleNamespace(name="tests/test_a.py::test_a", passed=True, detail="", values={})]
    assert column.on_postgresql(bench(told)).evidence.en == "1 tests in 2 s"


def test_what_was_left_to_the_other_engine_and_what_was_set_apart_is_said(bench):
    """How many tests there were, and which files nobody ran, with the reason."""
    told = [SimpleNamespace(name="tests/test_a.py::test_a", passed=True, detail="", values={"engine": "sqlite"})]
    found = column.on_postgresql(bench(told, apart={"tests/test_b.py": "it isolates"}))
    assert found.evidence.en == "1 tests in 2 s, 1 of them left to the other engine"
    assert found.data["apart"] == {"tests/test_b.py": "it isolates"}


def test_a_test_that_fails_on_postgresql_is_named(bench):
    """With what the database said."""
    told = [SimpleNamespace(name="tests/test_a.py::test_a", passed=False, detail="no function ifnull")]
    found = column.on_postgresql(bench(told, code=1, passed=False))
    assert (found.state, "tests/test_a.py::test_a: no function ifnull" in found.evidence.en) == ("failed", True)


def test_without_postgresql_nobody_knows(bench, monkeypatch):
    """Neither a wheel that is missing nor a server that does not start is a fault of the plugin."""
    with pytest.raises(NotChecked, match="does not start: exit code 3: no room"):
        column.on_postgresql(bench(code=3, passed=False))
    monkeypatch.setattr(column, "find_spec", lambda name: None)
    with pytest.raises(NotChecked, match=r"install dihya-tests\[postgresql\]"):
        column.on_postgresql(bench())


def test_a_folder_that_was_not_given_is_no_fault_of_the_plugin():
    """What its tests say without it would tell of this machine; the sentence says what to set, and how to give it."""
    with pytest.raises(NotChecked, match=r"nobody gave them: MODEL \(a model\); set them, and say --give MODEL"):
        column.own(SimpleNamespace(withheld={"MODEL": "a model"}))
