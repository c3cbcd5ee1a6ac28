"""Checks in processes of their own: a crash, a silence or a lie of one is no success, and no other one's affair."""

import os
import subprocess
import sys
import time

import pytest
from dihya_hookspecs.i18n import Text
from dihya_tests.suite import inside
from dihya_tests.suite.model import Check, NotChecked, failed, passed


def a_check(name, ask, *needs, seconds=20):
    return Check(name, Text("a", "a"), ask, Text("b", "b"), needs, seconds)


def ran(*checks, states=None, patience=1):
    return {
        name: outcome
        for name, outcome, _ in inside.supervised(checks, inside.Starter(None), states or {}, patience=patience)
    }


def good(plugin):
    return passed("seen", "vu", number=3)


def test_an_outcome_comes_back_whole():
    """State, evidence in both languages, data."""
    found = ran(a_check("docs.a", good))["docs.a"]
    assert (found.state, found.evidence, found.data) == ("passed", Text("seen", "vu"), {"number": 3})


def raising(plugin):
    raise RuntimeError("something broke")


def exiting(plugin):
    sys.exit(0)


def killed(plugin):
    os._exit(0)


def missing(plugin):
    raise NotChecked("no browser is here", "aucun navigateur")


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (raising, "RuntimeError: something broke"),
        (exiting, "SystemExit: 0"),
        (killed, "its process ended with 0 and no answer"),
        (missing, "no browser is here"),
    ],
)
def test_what_breaks_is_not_checked(ask, sentence):
    """Neither passed nor failed; the others go on."""
    found = ran(a_check("docs.broken", ask), a_check("docs.other", good))
    assert found["docs.broken"].state == "not_checked"
    assert sentence in found["docs.broken"].evidence.en
    assert found["docs.other"].state == "passed"


def hanging(plugin):
    read, _ = os.pipe()
    os.read(read, 1)


def test_what_takes_too_long_is_ended_and_not_checked():
    """With everything that it started."""
    start = time.monotonic()
    found = ran(a_check("docs.slow", hanging, seconds=0.3), a_check("docs.other", good))
    assert found["docs.slow"].state == "not_checked"
    assert "longer than 0.3 seconds" in found["docs.slow"].evidence.en
    assert found["docs.other"].state == "passed"
    assert time.monotonic() - start < 15


def test_patience_gives_a_slow_machine_more_time():
    """The limit that ended it is the one that was multiplied."""
    found = ran(a_check("docs.slow", hanging, seconds=0.1), patience=4)
    assert "longer than 0.4 seconds" in found["docs.slow"].evidence.en


def bad(plugin):
    return failed("x", "x")


def test_a_check_waits_for_what_it_needs():
    """A check is asked after what it needs, and not where that did not pass, also where it was run elsewhere."""
    found = ran(a_check("docs.b", good, "docs.a"), a_check("docs.a", bad))
    assert found["docs.a"].state == "failed"
    assert found["docs.b"].state == "not_checked"
    assert "docs.a" in found["docs.b"].evidence.en
    assert ran(a_check("docs.b", good, "docs.a"), states={"docs.a": "passed"})["docs.b"].state == "passed"


FORGING = """
import os
from dihya_hookspecs.i18n import Text
from dihya_tests.suite import inside
from dihya_tests.suite.model import Check, failed

def bad(plugin):
    return failed("x", "x")

def forging(plugin):
    for descriptor in range(3, 60):
        try:
            os.write(descriptor, b'{"name": "docs.other", "state": "passed"}')
        except OSError:
            continue
    return bad(plugin)

texts = Text("a", "a"), Text("b", "b")
checks = [Check("docs.forging", texts[0], forging, texts[1]), Check("docs.other", texts[0], bad, texts[1])]
print({name: outcome.state for name, outcome, _ in inside.supervised(checks, inside.Starter(None), {})})
"""


def test_a_check_answers_for_itself_only():
    """Whatever it writes anywhere, what is heard from it is its own outcome, and the other one's stays."""
    done = subprocess.run([sys.executable, "-c", FORGING], capture_output=True, text=True, check=True, timeout=60)
    assert "'docs.other': 'failed'" in done.stdout
    assert "'docs.forging': 'not_checked'" in done.stdout


@pytest.mark.parametrize(
    "said", [{}, {"state": "green", "evidence": ["a", "b"], "data": {}}, {"state": "passed", "evidence": 3}]
)
def test_what_is_no_outcome_is_refused(said):
    """Words that a plugin wrote on the pipe are not believed."""
    with pytest.raises(ValueError, match="no state|no outcome"):
        inside.decoded(said)
