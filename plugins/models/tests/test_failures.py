"""Reading what endpoints say when they fail."""

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
