"""What was stored of a plugin that is gone."""

from datetime import UTC, datetime

from dihya_settings.models import Choice, Value


def test_settings_of_a_purged_plugin_are_gone(make_app):
    """What was stored for the application and what people chose; those of another plugin stay (``on_purge``)."""
    app, now = make_app("settings"), datetime.now(UTC)
    with app.act() as act:
        for plugin in ("club", "notes"):
            act.session.add(Value(plugin=plugin, field="title", value="x", version=1, changed_at=now))
            act.session.add(Choice(person="p", plugin=plugin, field="title", value="x", version=1, changed_at=now))
    with app.act():
        app.hooks.call("on_purge", plugin="club")
    with app.act() as act:
        for table in (Value, Choice):
            assert [row.plugin for row in act.session.query(table)] == ["notes"]
