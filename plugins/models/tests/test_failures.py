"""Reading what endpoints say when they fail."""

import pytest
from dihya_models.failures import failure, seconds


def test_seconds():
    """Retry-After may be a number, a date or nonsense."""
    assert (seconds("3"), seconds("-1"), seconds("soon"), seconds(None), seconds("")) == (3, 0, None, None, None)
    assert seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_body_is_not_quoted():
    """The detail never repeats the body, which may repeat the text."""
    assert "Dupont" not in failure(400, b'{"error": {"message": "bad text: Dupont"}}', None).detail


def test_quota_is_not_a_rate_limit():
    """A used-up account is told from a limit that passes."""
    assert failure(429, b'{"error": {"code": "insufficient_quota"}}', "1").outcome == "quota"


PAGE = b"<html><body>502 Bad Gateway. Content moderation by example.org, see /account/billing</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (429, b'{"error": {"message": "Rate limit reached. Add a card at https://x.example/account/billing"}}', "rate_limited"),
        (429, b'{"error": {"message": "You exceeded your current quota", "type": "insufficient_quota"}}', "quota"),
        (400, b'{"type":"error","error":{"message":"Your credit balance is too low"}}', "quota"),
        (502, PAGE, "server_error"),
        (503, b'{"error": "moderation service is down"}', "server_error"),
        (404, PAGE, "bad_request"),
        (401, b'{"error": {"message": "see billing"}}', "auth"),
        (400, b'{"object": "error", "message": "maximum context length is 8192", "type": "BadRequestError"}', "context_too_long"),
        (422, b'{"detail": [{"loc": ["body"], "msg": "prompt is too long"}]}', "context_too_long"),
        (400, b'{"error": {"code": "content_filter"}}', "content_policy"),
        (413, b"Payload too large", "context_too_long"),
        (400, b"\xff\xfe", "bad_request"),
        (400, b"[1]", "bad_request"),
        (400, b"[" * 100_000, "bad_request"),
    ],
)  # fmt: skip
def test_the_status_speaks_before_words_of_the_body(status, body, outcome):
    """A word in a page or a link decides nothing that the status has decided."""
    assert failure(status, body, None).outcome == outcome


@pytest.mark.parametrize("header", ["inf", "nan", "-inf", "1e999"])
def test_a_wait_without_end_is_none(header):
    """A Retry-After that is no number of seconds is not waited for."""
    assert seconds(header) is None
