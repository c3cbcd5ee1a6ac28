"""What answers tell without being asked."""

import pytest
from dihya_tests.exploits.disclosure import faults
from dihya_tests.exploits.site import Answer
from werkzeug.datastructures import Headers

GOOD = {
    "Content-Type": "text/html", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'", "Cache-Control": "no-store",
}  # fmt: skip


def test_a_trace_in_an_answer_is_found(found):
    """The view that answers with the trace of an error is told, and no other one."""
    assert set(found("error_leak")) == {"GET /holes/sum"}


def test_a_policy_that_allows_everything_is_found(found):
    """The page with a policy of its own is told; those with the application's are not."""
    assert found("missing_headers") == {"GET /holes/widget": "the policy of a page lets in scripts from *"}


def test_good_headers_raise_nothing():
    """A page with the application's headers has no fault."""
    assert not list(faults(Answer(200, Headers(GOOD), b"x"), personal=True))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Content-Security-Policy", "frame-ancestors 'none'", "no policy"),
        ("Content-Security-Policy", "script-src 'unsafe-inline'; frame-ancestors 'none'", "unsafe-inline"),
        ("Content-Security-Policy", "default-src 'none'", "framed"),
        ("X-Content-Type-Options", "", "guess"),
        ("Referrer-Policy", "unsafe-url", "address"),
        ("Cache-Control", "public, max-age=60", "stored"),
        ("Set-Cookie", "sid=1", "HttpOnly"),
    ],
)
def test_each_header_that_is_missing_is_told(name, value, said):
    """One header that is missing or too loose is one fault, and its sentence names it."""
    (fault,) = faults(Answer(200, Headers(GOOD | {name: value}), b"x"), personal=True)
    assert said in fault
