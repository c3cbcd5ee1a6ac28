"""The settings of the plugin."""

from __future__ import annotations

import pytest
from dihya_wsgi.settings import Settings
from pydantic import ValidationError


def test_every_setting_says_what_it_does():
    """Each field has a default and one sentence."""
    for field in Settings.model_fields.values():
        assert field.description and field.description.endswith(".")
        assert not field.is_required()


def test_unknown_settings_are_refused():
    """A misspelt name is an error."""
    with pytest.raises(ValidationError):
        Settings(nonsense=1)
