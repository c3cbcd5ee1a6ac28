"""``dihya config check``, as an operator reads it."""

from types import SimpleNamespace


def test_a_right_configuration_is_said_to_be_right(app_with_toy):
    """The sentence names the file, or says that there is none."""
    done = app_with_toy().cli("config", "check")
    assert done.exit_code == 0 and "the configuration is right: no file, defaults only" in done.stdout


def test_what_is_wrong_with_a_plugins_section_is_reported(app_with_toy):
    """The report says place, key and what was expected; the exit code is 1."""
    done = app_with_toy(config={"toy": {"colour": 3}}).cli("config", "check")
    assert done.exit_code == 1
    assert "given in memory: toy.colour: expected a valid string, got 3" in done.stderr


def test_a_list_of_what_may_run_is_said_with_what_it_switches_off(make_app):
    """Whoever writes '[plugins] enable' reads which of the others stay out by it."""
    said = make_app("db", "i18n", "static", config={"plugins": {"enable": ["db"]}}).cli("config", "check").stdout
    assert "[plugins] enable: only db may run; switched off by it: i18n, static\n" in said.replace("kit, ", "")


def test_who_shows_settings_is_named(make_app):
    """Where the plugin is not there, the error says what to install."""
    said = make_app(plugins={"door": SimpleNamespace()}).cli("config", "set", "door.width", "90").stderr
    assert "no such command 'config set'; it comes with another package: pip install dihya-settings" in said
