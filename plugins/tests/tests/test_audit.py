"""The column *audit*, as far as it reads."""

import pytest
from dihya_tests.suite.columns import audit


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("def f(session):\n    session.flush()", "passed"),
        ("def f(session):\n    session.commit()", "failed"),
        ("def f(self):\n    self.session.rollback()", "failed"),
        ("import sqlite3\nsqlite3.connect('x')", "failed"),
        ("create_engine('sqlite://')", "failed"),
        ("signal.connect(f)", "passed"),
        ("class A(Model, audited=False):\n    '''A queue: each row is told of by the task.'''", "passed"),
        ("class A(Model, audited=False):\n    x = 1", "failed"),
    ],
)
def test_one_transaction_is_the_acts(code, state, written):
    """Who leaves a table out of the audit says why."""
    assert audit.one_transaction(written(service=code)).state == state


def test_a_changed_row_has_a_name():
    """Added, changed, removed."""
    before, after = {"a": {"1": "x", "2": "y"}}, {"a": {"1": "z", "3": "n"}, "b": {"1": "x"}}
    assert audit._different(before, after) == ["a:1", "a:2", "a:3", "b:1"]
