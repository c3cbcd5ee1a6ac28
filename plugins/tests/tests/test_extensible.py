"""The column *extensible*: each check passes a good plugin, and sees the fault it is meant for."""

import pytest
from dihya_tests.suite.registry import chosen

SETTINGS = '''"""Settings."""

from pydantic import BaseModel


class Settings(BaseModel):
    """What can be set."""

    size: int = 3
'''


def test_a_good_plugin_earns_the_column(petit, checked):
    """Alone, and with everything that is installed."""
    found = checked(petit, *chosen("extensible"))
    assert {name: one.outcome.evidence.en for name, one in found.items() if one.state != "passed"} == {}


@pytest.mark.parametrize(
    ("check", "path", "old", "new", "sentence"),
    [
        ("imports", "models.py", "class Thing", "def f():\n    import babel\n\n\nclass Thing", "imports 'babel'"),
        (
            "imports-alone",
            "models.py",
            "class Thing",
            "__import__('babel')\n\n\nclass Thing",
            "No module named 'babel'",
        ),
        ("hooks", "__init__.py", "register_permissions", "register_permisions", "register_permissions"),
        (
            "face",
            "__init__.py",
            '"""A small plugin."""',
            '"""A small plugin."""\nimport sqlalchemy',
            "it loads sqlalchemy",
        ),
        ("starts", "models.py", "petit_things", "other_things", "quarantined"),
    ],
)
def test_a_fault_is_seen_by_its_check(check, path, old, new, sentence, petit, checked):
    """The evidence says what is wrong."""
    path = f"src/dihya_petit/{path}"
    assert old in petit[path]
    petit[path] = petit[path].replace(old, new)
    one = checked(petit, f"extensible.{check}")[f"extensible.{check}"]
    assert (one.state, sentence in one.outcome.evidence.en) == ("failed", True), one.outcome.evidence.en


def test_settings_that_take_anything_are_seen(petit, checked):
    """An operator's misspelt key would be read by nobody."""
    petit["src/dihya_petit/settings.py"] = SETTINGS
    petit["pyproject.toml"] = petit["pyproject.toml"].replace('"sqlalchemy', '"pydantic>=2", "sqlalchemy')
    found = checked(petit, "extensible.settings")
    assert "an unknown key is taken" in found["extensible.settings"].outcome.evidence.en
