"""The two addresses that supervisors ask."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_anybody_may_ask_and_nothing_is_cached(make_app, path):
    """No account is needed, and the answer is of now."""
    answer = make_app("wsgi").client().get(path)
    assert (answer.status_code, answer.json["status"], answer.headers["Cache-Control"]) == (200, "ok", "no-store")


def test_live_needs_nothing(make_app):
    """The process answers without asking the database."""
    assert make_app("wsgi", tables=False).client().get("/health/live").json == {"status": "ok"}
