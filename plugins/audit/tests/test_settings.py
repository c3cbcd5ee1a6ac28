"""Settings."""

from __future__ import annotations

import pytest
from dihya_audit.settings import Settings
from pydantic import ValidationError


@pytest.mark.parametrize(
    "values", [{"origin": "two words"}, {"origin": "a+b"}, {"interval": 0}, {"batch": 0}, {"more": 1}]
)
def test_settings_that_cannot_work_are_refused(values):
    """A name that no checkpoint can bear, a thread without pause, an empty batch and an unknown key are refused."""
    with pytest.raises(ValidationError):
        Settings(**values)


def test_every_setting_says_what_it_is():
    """Each field has a description and a default."""
    assert all(field.description and not field.is_required() for field in Settings.model_fields.values())
