"""The options of ``dihya serve``."""

from __future__ import annotations

import pytest
from dihya_hookspecs.access import OPERATOR


@pytest.mark.parametrize("options", [("--port", "0"), ("--port", "70000"), ("--workers", "0"), ("--threads", "x")])
def test_impossible_options_are_usage_errors(make_app, options):
    """They end with exit code 2 before anything starts."""
    assert make_app("wsgi").cli("serve", *options).exit_code == 2


def test_an_impossible_host_is_an_error(make_app):
    """A host that is not here ends with exit code 1 and a message."""
    result = make_app("wsgi").cli("serve", "--host", "192.0.2.1")
    assert result.exit_code == 1 and "choose an address of this machine" in result.stderr


def test_a_database_that_cannot_be_reached_is_said_before_anything_else(make_app):
    """One sentence says why pages will answer 503; nothing is said when the database answers, or when there is none."""
    from dihya_wsgi.cli import _database_trouble

    app = make_app("wsgi", config={"db": {"url": "postgresql://u:s3cret@127.0.0.1:1/n"}}, tables=False)
    with app.act("test", actor=OPERATOR):
        said = _database_trouble()
    assert "'n' on '127.0.0.1' does not answer" in said and "s3cret" not in said
    app = make_app("wsgi", config={"db": {"url": ""}}, tables=False)
    with app.act("test", actor=OPERATOR):
        assert _database_trouble() == ""
