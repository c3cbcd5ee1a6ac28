"""Settings of the events."""

from __future__ import annotations

import pytest
from dihya_events.settings import Settings
from pydantic import ValidationError


@pytest.mark.parametrize("wrong", [{"keep_days": 0}, {"backlog_days": 0}, {"colour": 1}])
def test_nonsense_is_refused(wrong):
    """No memory, no patience and unknown keys are refused."""
    with pytest.raises(ValidationError):
        Settings(**wrong)
