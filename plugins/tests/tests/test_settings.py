"""Settings of the proof."""

from __future__ import annotations

import pytest
from dihya_tests.settings import Settings
from pydantic import ValidationError


def test_defaults_and_limits() -> None:
    """Defaults are usable; unknown keys and senseless values are refused."""
    assert Settings().log_kb == 1024
    for wrong in ({"log_kb": 1}, {"nope": 1}):
        with pytest.raises(ValidationError):
            Settings(**wrong)
