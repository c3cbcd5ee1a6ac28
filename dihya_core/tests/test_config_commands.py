"""``dihya config check``, as an operator reads it."""

from types import SimpleNamespace


def test_a_right_configuration_is_said_to_be_right(app_with_toy):
    """With the file that it stands in, or that there is none."""
    done = app_with_toy().cli("config", "check")
    assert done.exit_code == 0 and "the configuration is right: no file, defaults only" in done.stdout


def test_what_is_wrong_with_a_plugins_section_is_reported(app_with_toy):
    """With place, key and what was expected; the exit code is 1."""
    done = app_with_toy(config={"toy": {"colour": 3}}).cli("config", "check")
    assert done.exit_code == 1
    assert "given in memory: toy.colour: expected a valid string, got 3" in done.stderr


def test_who_shows_settings_is_named(make_app):
    """Where the plugin is not there, the error says what to install."""
    said = make_app(plugins={"door": SimpleNamespace()}).cli("config", "set", "door.width", "90").stderr
    assert "no such command 'config set'; it comes with another package: pip install dihya-settings" in said
