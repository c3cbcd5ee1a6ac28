"""What an operator may write."""

import pytest
from dihya_ai_fallback.settings import Settings
from pydantic import ValidationError


@pytest.mark.parametrize(
    "wrong",
    [{"residency": "mars"}, {"daily_tokens": -1}, {"on_quota": "ignore"}, {"breaker_failures": 1.5}, {"unknown": 1}],
)
def test_refused(wrong):
    """Values that make no sense are refused."""
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_cautious_by_default():
    """Without a word, no provider that trains on its input is asked, and a used-up quota degrades."""
    assert Settings().no_training and Settings().on_quota == "degrade"
