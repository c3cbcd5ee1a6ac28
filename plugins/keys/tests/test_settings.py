"""Where the keys lie."""

from __future__ import annotations

import pytest
from dihya_keys.settings import Settings
from pydantic import ValidationError


def test_a_relative_path_is_refused():
    """Where it would lead depends on who starts."""
    with pytest.raises(ValidationError, match="write an absolute path"):
        Settings(folder="keys")
