"""The options of ``dihya serve``."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("options", [("--port", "0"), ("--port", "70000"), ("--workers", "0"), ("--threads", "x")])
def test_impossible_options_are_usage_errors(house, options):
    """They end with exit code 2 before anything starts."""
    assert house("wsgi").cli("serve", *options).exit_code == 2


def test_an_impossible_host_is_an_error(house):
    """A host that is not here ends with exit code 1 and a message."""
    result = house("wsgi").cli("serve", "--host", "nowhere.invalid")
    assert result.exit_code == 1 and "choose 127.0.0.1" in result.stderr
