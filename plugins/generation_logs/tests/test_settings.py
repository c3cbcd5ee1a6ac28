"""What an operator may write."""

import pytest
from dihya_generation_logs.settings import FLOOR, Settings
from pydantic import ValidationError


def test_floor():
    """The retention is a year, at least six months, and may be longer."""
    assert Settings().retention_days == 365 and Settings(retention_days=FLOOR) and Settings(retention_days=3650)
    with pytest.raises(ValidationError):
        Settings(retention_days=FLOOR - 1)
