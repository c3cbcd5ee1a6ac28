"""The settings."""

from __future__ import annotations

import pytest
from dihya_logs.settings import Settings
from pydantic import ValidationError


def test_every_setting_is_explained_and_people_are_protected_by_default():
    """Each field has a sentence; anonymisation is on."""
    assert all(field.description.endswith(".") for field in Settings.model_fields.values())
    assert Settings().anonymise and Settings().level == "INFO"


def test_impossible_settings_are_refused():
    """Unknown names and levels are errors."""
    for wrong in ({"level": "LOUD"}, {"console": "xml"}, {"file_bytes": 1}, {"fiel": True}):
        with pytest.raises(ValidationError):
            Settings(**wrong)
