"""A fresh interpreter, and its last words."""

import os

from dihya_tests.suite.fresh import last, python


def test_code_runs_with_its_arguments_and_variables():
    """Nothing of the running process is there."""
    done = python(
        "import os, sys; print(sys.argv[1], os.environ['WORD'], 'pytest' in sys.modules)",
        "a",
        environment={**os.environ, "WORD": "b"},
    )
    assert done.stdout == "a b False\n"


def test_the_last_line_is_what_is_quoted():
    """Where nothing was said, that is said."""
    assert last("first\nsecond \n\n") == "second"
    assert last(" \n") == "nothing was said"
    assert len(last("x" * 1000)) == 300
