"""The column *tests*, as far as it reads."""

import pytest
from dihya_tests.suite.columns import tests as column

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
