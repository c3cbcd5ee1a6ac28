"""The core's own commands, as an operator reads them."""

import json
import re

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.ops import HealthCheck
from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    """Settings of a plugin in memory."""

    colour: str = Field("green", description="The colour of the door.")
    key: SecretStr = Field(SecretStr(""), description="The key of the door.")


@pytest.fixture
def app(make_app, plugin):
    """An application with one plugin that has settings, a set-up step and a health check."""

    def start(probe=lambda: "well", config=None):
        def register_health_checks():
            return HealthCheck("door", probe)

        def register_setup():
            return SetupStep("door", lambda: "painted")

        toy = plugin(register_health_checks, register_setup, Settings=Settings)
        return make_app(plugins={"toy": toy}, config=config)

    return start


def test_plugins_lists_states(app):
    """Name, version, state, time."""
    assert "● toy" in app().cli("plugins").stdout


def test_plugins_json_is_one_array(app):
    """With everything that is known."""
    (toy,) = [item for item in json.loads(app().cli("plugins", "--json").stdout) if item["name"] == "toy"]
    assert (toy["state"], toy["hooks"]) == ("active", ["register_health_checks", "register_setup"])


def test_disable_and_enable_edit_the_file(app, tmp_path, monkeypatch):
    """The application says from when on."""
    started = app()
    started.hooks.configuration.folder = tmp_path
    assert "toy is disabled from the next start on; its data stays" in started.cli("plugins", "disable", "toy").stdout
    assert 'disable = ["toy"]' in (tmp_path / "dihya.toml").read_text()
    assert "enabled" in started.cli("plugins", "enable", "toy").stdout
    assert "[]" in (tmp_path / "dihya.toml").read_text()


def test_what_is_pending_is_listed(app, tmp_path):
    """Until the next start, for people and for machines, with whom it touches and whether it is locked."""
    started = app()
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


def test_disabling_an_unknown_plugin_suggests(app):
    """Exit code 1."""
    result = app().cli("plugins", "disable", "toi")
    assert (result.exit_code, result.stderr) == (1, "error: no plugin 'toi' is installed; did you mean 'toy'?\n")


def test_rearm_says_when_there_was_nothing_to_do(app):
    """And when there was."""
    started = app()
    assert started.cli("plugins", "rearm", "toy").stdout == "toy was not tripped\n"
    for _ in range(5):
        started.hooks.failed("toy", "on_response", ValueError())
    assert started.cli("plugins", "rearm", "toy").stdout == "toy is re-armed\n"


def test_plan_prints_the_order_and_why(make_app):
    """One line a plugin."""
    out = make_app("migrations").cli("plan").stdout
    assert out.index(" db\n") < out.index("migrations  after db")


def test_config_show_masks_secrets(app):
    """And says where each value comes from."""
    out = app(config={"toy": {"key": "s3cret"}}).cli("config", "show").stdout
    assert 'colour = "green"  # default' in out
    assert "key = ••••••  # given in memory" in out
    assert "s3cret" not in out


def test_config_explain_says_all_about_one_key(app):
    """Meaning, value, source, default, type, variable."""
    out = app().cli("config", "explain", "toy.colour").stdout
    for word in ("The colour of the door.", '"green"', "default", "DIHYA_TOY_COLOUR"):
        assert word in out


@pytest.mark.parametrize(
    ("key", "words"), [("toi.colour", "did you mean 'toy'?"), ("toy.color", "did you mean 'colour'?")]
)
def test_config_explain_suggests(app, key, words):
    """For section and key."""
    assert words in app().cli("config", "explain", key).stderr


def test_config_schema_describes_every_section(app):
    """As JSON Schema 2020-12 that refuses unknown sections."""
    from jsonschema import Draft202012Validator

    document = json.loads(app().cli("config", "schema").stdout)
    Draft202012Validator.check_schema(document)
    assert {"dihya", "plugins", "toy", "db"} <= document["properties"].keys()
    assert not Draft202012Validator(document).is_valid({"tov": {}})


def test_setup_runs_each_step_and_says_what_it_did(app):
    """With a time."""
    assert re.search(r"door … painted \(\d+\.\d s\)", app().cli("setup").stdout)


def test_doctor_reports_and_exits_with_1_when_something_is_wrong(app):
    """Each finding is one line."""
    assert "✔ toy: door: well" in app().cli("doctor").stdout

    def broken():
        raise DihyaError("the door is stuck")

    result = app(broken).cli("doctor", "--json")
    assert result.exit_code == 1
    assert {"check": "toy: door", "ok": False, "detail": "the door is stuck", "critical": True} in json.loads(
        result.stdout
    )
