"""The settings."""

from __future__ import annotations

import pytest
from dihya_middleware.settings import Settings
from pydantic import ValidationError


def test_every_setting_is_explained():
    """Each field has a sentence."""
    assert all(field.description.endswith(".") for field in Settings.model_fields.values())


def test_impossible_settings_are_refused():
    """Unknown names, negative limits and networks that are none are errors."""
    for wrong in ({"max_bdy": 1}, {"max_body": -1}, {"gzip_level": 10}, {"trusted_proxies": ["proxy"]}):
        with pytest.raises(ValidationError):
            Settings(**wrong)
