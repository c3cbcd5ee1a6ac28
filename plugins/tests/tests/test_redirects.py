"""Where people are led, and with which session."""

import pytest
from dihya_tests.exploits.redirects import leads_elsewhere
from dihya_tests.exploits.site import Answer
from werkzeug.datastructures import Headers


def test_a_redirect_to_anywhere_is_found(found):
    """The view that leads wherever its argument says is told."""
    assert found("open_redirect") == {"GET /holes/leave": "the answer leads to another site"}


def test_a_session_from_outside_is_found(found):
    """The view that makes a cookie of an argument is told."""
    assert found("session_fixation") == {"GET /holes/enter": "takes over a session that was sent"}


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("https://elsewhere.example/x", True), ("//elsewhere.example", True), ("/\\elsewhere.example/", True),
        ("https:elsewhere.example", True), ("\thttps://elsewhere.example", True), ("/x?next=https://elsewhere.example/", False),
        ("/elsewhere.example/", False), ("https://localhost/elsewhere.example", False), ("", False),
    ],
)  # fmt: skip
def test_links_are_followed_as_browsers_follow_them(link, leads):
    """Backslashes are slashes, tabs are skipped, and no slash is needed behind the scheme; a parameter leads nowhere."""
    assert leads_elsewhere(Answer(303, Headers({"Location": link}), b"")) is leads
