"""The kit starts real applications, with exactly what a test names."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.app import AppInfo


def test_an_application_holds_what_was_named(make_app):
    """A test application holds what was named, a database, the kit's own plugin, and keys where a plugin has any."""
    assert {info.name for info in make_app("i18n").hooks.all()} == {"db", "i18n", "kit"}
    assert {info.name for info in make_app("audit").hooks.all()} == {"audit", "db", "keys", "kit"}


def test_each_house_has_a_folder_and_a_database_of_its_own(make_app):
    """What one writes the other does not see."""
    first, second = make_app(), make_app()
    assert first.data != second.data
    with first.act() as one, second.act() as two:
        assert str(one.session.get_bind().url) != str(two.session.get_bind().url)
        assert one.get(AppInfo).data == first.data


def test_a_client_acts_as_somebody(make_app):
    """With the roles and the id that the test gives."""
    app = make_app()
    client = app.client("user", "dpo", id="tin")
    assert client.actor == Actor("tin", "Tin", frozenset({"user", "dpo"}))
    assert app.client().actor is None


def test_the_trail_holds_committed_events_only(make_app):
    """What was undone did not happen."""
    app = make_app()
    with pytest.raises(KeyError), app.act("vault.open") as act:
        act.record("vault.opened")
        raise KeyError
    assert [event.action for event in app.trail] == ["vault.open"]
    assert app.trail[0].outcome == "failed"


def test_plugins_in_memory_stand_beside_installed_ones(make_app):
    """A namespace with marked functions is enough."""
    heard = []

    @hookimpl
    def on_startup(app_info):
        heard.append(app_info.data)

    app = make_app(plugins={"ear": SimpleNamespace(on_startup=on_startup)})
    assert heard == [app.data]


def test_commands_run_in_the_same_house(make_app):
    """With the exit code and both streams."""
    result = make_app().cli("plugins", "rearm", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no plugin 'nobody' is installed" in result.stderr


def test_an_application_can_be_started_again_on_its_data(make_app, tmp_path):
    """As after a restart."""
    first = make_app(data=tmp_path / "same")
    (first.data / "note").write_text("kept")
    assert (make_app(data=tmp_path / "same").data / "note").read_text() == "kept"


def test_properties_are_tried_without_a_clock():
    """A slow machine fails no property, in whichever folder a plugin's tests are run."""
    from hypothesis import settings

    assert settings().deadline is None and settings().derandomize
