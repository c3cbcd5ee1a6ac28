"""``dihya plugins``, as an operator reads it."""

import json
import re


def test_plugins_lists_states(app_with_toy):
    """Each line says name, version, state and time."""
    assert "● toy" in app_with_toy().cli("plugins").stdout


def test_plugins_json_is_one_array(app_with_toy):
    """The array says everything that is known of a plugin."""
    (toy,) = [item for item in json.loads(app_with_toy().cli("plugins", "--json").stdout) if item["name"] == "toy"]
    assert (toy["state"], toy["hooks"]) == ("active", ["register_health_checks", "register_setup"])


def test_plugins_list_says_the_same(app_with_toy):
    """Whoever types ``dihya plugins list``, as with other commands, gets the list, for people and for machines."""
    started = app_with_toy()
    listed = started.cli("plugins", "list")
    assert (listed.exit_code, "● toy" in listed.stdout) == (0, True), listed.stderr
    names = [item["name"] for item in json.loads(started.cli("plugins", "list", "--json").stdout)]
    assert names == [item["name"] for item in json.loads(started.cli("plugins", "--json").stdout)]


def test_disable_and_enable_edit_the_file(app_with_toy, tmp_path, monkeypatch):
    """The application says from when on."""
    started = app_with_toy()
    started.hooks.configuration.folder = tmp_path
    assert "toy is disabled from the next start on; its data stays" in started.cli("plugins", "disable", "toy").stdout
    assert 'disable = ["toy"]' in (tmp_path / "dihya.toml").read_text()
    assert "enabled" in started.cli("plugins", "enable", "toy").stdout
    assert "[]" in (tmp_path / "dihya.toml").read_text()


def test_what_is_pending_is_listed(app_with_toy, tmp_path):
    """People and machines read what the next start makes of it, whom it touches and whether it is locked."""
    started = app_with_toy()
    started.hooks.configuration.folder = tmp_path
    started.cli("plugins", "disable", "toy")
    assert "(disabled from the next start on)" in started.cli("plugins").stdout
    listed = {item["name"]: item for item in json.loads(started.cli("plugins", "--json").stdout)}
    assert (listed["toy"]["state"], listed["toy"]["pending"], listed["toy"]["locked"]) == ("active", "disabled", "")
    assert "without it there is no database" in listed["db"]["locked"]
    started.cli("plugins", "enable", "toy")
    assert "from the next start on" not in started.cli("plugins").stdout


def test_what_the_promises_stand_on_is_disabled_with_a_word_only(make_app, tmp_path):
    """The refusal says what is lost; with the word the decision is written, what is lost and who is touched is said."""
    started = make_app("audit", "storage", "rgpd")
    started.hooks.configuration.folder = tmp_path
    refused = started.cli("plugins", "disable", "db")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "without it there is no database; add --accept-loss" in refused.stderr
    assert not (tmp_path / "dihya.toml").exists()
    done = started.cli("plugins", "disable", "db", "--accept-loss")
    assert "from then on there is no database" in done.stdout
    assert re.search("require it or use its services: .*audit.*storage", done.stdout)
    assert 'accept_loss_of = ["db"]' in (tmp_path / "dihya.toml").read_text()


def test_disabling_an_unknown_plugin_suggests(app_with_toy):
    """The sentence names what is near, and the exit code is 1."""
    result = app_with_toy().cli("plugins", "disable", "toi")
    assert (result.exit_code, result.stderr) == (1, "error: no plugin 'toi' is installed; did you mean 'toy'?\n")


def test_rearm_says_when_there_was_nothing_to_do(app_with_toy):
    """Re-arming says whether there was something to do."""
    started = app_with_toy()
    assert started.cli("plugins", "rearm", "toy").stdout == "toy was not tripped\n"
    for _ in range(5):
        started.hooks.failed("toy", "on_response", ValueError())
    assert started.cli("plugins", "rearm", "toy").stdout == "toy is re-armed\n"
