"""The settings."""

from __future__ import annotations

import pytest
from dihya_securite.settings import Settings
from pydantic import ValidationError


def test_every_setting_is_explained_and_holds_no_secret():
    """Each field has a sentence; there is no secret to forget to change."""
    for name, field in Settings.model_fields.items():
        assert field.description and field.description.endswith("."), name
        assert not any(word in name for word in ("secret", "password", "private"))


def test_unknown_and_impossible_settings_are_refused():
    """A misspelt key, an endless token or no delay at all are errors."""
    for wrong in ({"lockuot": 3}, {"access_minutes": 0}, {"access_minutes": 1000}, {"lockout": 0}):
        with pytest.raises(ValidationError):
            Settings(**wrong)
