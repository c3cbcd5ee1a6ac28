"""The core's own settings are documented like everybody's."""

import pytest
from dihya_core.core_settings import Core, Switches


@pytest.mark.parametrize("model", [Core, Switches])
def test_every_setting_has_a_sentence_and_a_default(model):
    """So that an empty configuration is a good one."""
    assert all(declared.description and not declared.is_required() for declared in model.model_fields.values())
    assert model()
