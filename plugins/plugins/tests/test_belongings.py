"""What a plugin brings, in words."""

import pytest
from dihya_hookspecs import NotFound
from dihya_plugins.belongings import belongings


def test_everything_that_a_plugin_declares_is_listed(make_app):
    """Addresses, permissions, tables, settings, recurring work and commands; nothing of another plugin."""
    app = make_app("securite", "tasks")
    with app.act():
        found = {(item.kind, item.name): item for item in belongings(app.hooks, "tasks")}
    assert {kind for kind, _ in found} >= {"address", "permission", "table", "setting", "command"}
    assert ("table", "tasks_tasks") in found and ("setting", "tasks.concurrency") in found
    assert all(name.startswith(("tasks", "/", "dihya tasks")) for _, name in found)
    assert [item.title.fr for (kind, _), item in found.items() if kind == "permission"]


def test_of_a_plugin_that_is_not_there_nothing_is_known(make_app):
    """The message suggests one that is."""
    with pytest.raises(NotFound, match="did you mean 'i18n'"):
        belongings(make_app("i18n").hooks, "i18m")
