"""The core's own settings are documented like everybody's."""

import pytest
from dihya_core.settings.core_settings import Core, Toggles


@pytest.mark.parametrize("model", [Core, Toggles])
def test_every_setting_has_a_sentence_and_a_default(model):
    """Each setting has a sentence and a default, so that an empty configuration is a good one."""
    assert all(declared.description and not declared.is_required() for declared in model.model_fields.values())
    assert model()
