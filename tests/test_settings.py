"""What people change in pages, of every plugin."""

import importlib
from pathlib import Path

import pytest
from dihya_hookspecs.settings import editable_fields

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("plugins/*/src/*/settings.py"))


@pytest.mark.parametrize("package", PLUGINS)
def test_a_number_that_people_change_has_two_ends(package):
    """A number without an end would be a moment that no calendar has, or one that a database does not keep."""
    model = importlib.import_module(f"{package}.settings").Settings
    for name in editable_fields(model):
        declared = model.model_fields[name]
        ends = {type(limit).__name__ for limit in declared.metadata}
        if declared.annotation in (int, float):
            assert ends & {"Le", "Lt"} and ends & {"Ge", "Gt"}, name
