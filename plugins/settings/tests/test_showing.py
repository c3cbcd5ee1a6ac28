"""``dihya config`` says of what people changed where it comes from."""

import json
from types import SimpleNamespace

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import Configured, Said, SettingsStore, editable
from dihya_settings.models import Epoch, Value
from dihya_settings.showing import Shown
from jsonschema import Draft202012Validator
from pydantic import BaseModel, SecretStr
from sqlalchemy import update


class Settings(BaseModel):
    """A door."""

    width: int = editable(80, Text("Width", "Largeur"), Text("In cm.", "En cm."), ge=60)
    hinges: int = editable(3, Text("Hinges", "Gonds"), Text("Of it.", "À elle."), restart=True)
    key: SecretStr = editable(SecretStr(""), Text("Key", "Clé"), Text("Of it.", "À elle."))


@pytest.fixture
def start(make_app):
    """Start an application with a door whose settings are kept."""

    def start(*names, config=None, tables=True):
        door = SimpleNamespace(Settings=Settings, __name__="dihya_door")
        return make_app("settings", *names, plugins={"door": door}, config={"door": config or {}}, tables=tables)

    return start


def test_set_show_unset(start):
    """A value that is set is shown with who set it and when, and the default after it was unset."""
    app = start()
    assert app.cli("config", "set", "door.width", "90").stdout.startswith("door.width is set; running servers follow")
    assert "width = 90  # stored by operator, 20" in app.cli("config", "show", "door").stdout
    assert "stored by operator" in app.cli("config", "explain", "door.width").stdout
    assert app.cli("config", "unset", "door.width").exit_code == 0
    assert "width = 80  # default" in app.cli("config", "show", "door").stdout


def test_show_of_one_plugin_shows_that_one(start):
    """The settings of one plugin are shown alone, and a name is suggested where there is none of that."""
    app = start()
    assert app.cli("config", "show", "door").stdout.startswith("[door]")
    assert "[dihya]" not in app.cli("config", "show", "door").stdout
    assert "did you mean 'door'?" in app.cli("config", "show", "dor").stderr


def test_what_the_file_says_is_locked(start):
    """The message names the place, and nothing is stored."""
    app = start(config={"width": 70})
    result = app.cli("config", "set", "door.width", "90")
    assert result.exit_code == 1 and "the operator set 'door.width' in given in memory" in result.stderr
    assert "width = 70  # given in memory" in app.cli("config", "show", "door").stdout


def test_what_counts_later_is_told(start):
    """Of a field that is read at the start only."""
    app = start()
    assert "it counts from the next start on" in app.cli("config", "set", "door.hinges", "4").stdout
    assert "hinges = 3  # stored by operator" in app.cli("config", "show", "door").stdout
    assert "from the next start on" in app.cli("config", "show", "door").stdout


def test_a_secret_comes_from_standard_input_and_is_masked(start):
    """It does not appear in what the commands print."""
    app = start("securite")
    assert app.cli("config", "set", "door.key", "-", input="hush-hush\n").exit_code == 0
    shown = app.cli("config", "show", "door").output
    assert "key = ••••••  # stored by operator" in shown and "hush" not in shown


def test_without_tables_the_rest_is_shown(start):
    """A fresh installation can be looked at."""
    assert "width = 80  # default" in start(tables=False).cli("config", "show", "door").stdout


def test_every_section_is_shown_with_secrets_masked(start):
    """Those of the core and of plugins that people cannot change too, each value with its place."""
    out = start("securite", config={"key": "s3cret-s3cret"}).cli("config", "show").stdout
    assert "[dihya]" in out and "[plugins]" in out and "trip_after = 5  # default" in out
    assert "key = ••••••  # given in memory" in out and "s3cret" not in out


def test_one_setting_is_explained(start):
    """Meaning, value, source, default, type, how to change it, variable."""
    out = start().cli("config", "explain", "door.width").stdout
    for word in (
        "door.width: In cm.",
        "value    80",
        "source   default",
        "type     int",
        "config set",
        "DIHYA_DOOR_WIDTH",
    ):
        assert word in out
    assert "change" not in start().cli("config", "explain", "dihya.trip_after").stdout


@pytest.mark.parametrize(
    ("key", "words"), [("dor.width", "did you mean 'door'?"), ("door.widht", "did you mean 'width'?")]
)
def test_a_misspelt_setting_is_suggested(start, key, words):
    """For section and key."""
    done = start().cli("config", "explain", key)
    assert done.exit_code == 1 and words in done.stderr


def test_the_schema_describes_every_section(start):
    """As JSON Schema 2020-12 that refuses unknown sections."""
    document = json.loads(start().cli("config", "schema").stdout)
    Draft202012Validator.check_schema(document)
    assert {"dihya", "plugins", "door", "db"} <= document["properties"].keys()
    assert not Draft202012Validator(document).is_valid({"tov": {}})


def test_what_does_not_count_says_why(start):
    """A stored value that fits no more is left out, and its line says so."""
    app = start()
    assert app.cli("config", "set", "door.width", "70").exit_code == 0
    with app.act("test.spoil") as act:
        act.session.get(Value, ("door", "width")).value = 3
        act.session.execute(update(Epoch).values(number=Epoch.number + 1))
    with app.act("test.follow") as act:
        act.get(SettingsStore).follow()
    assert "UTC; left out: must be at least 60" in app.cli("config", "show", "door").stdout


def test_a_place_in_a_file_is_named_without_its_folder():
    """The name of the file and the line, as in every message about the configuration."""
    said = {"width": Said("file", "/srv/club/dihya.toml:12"), "key": Said("variable", "DIHYA_DOOR_KEY")}
    shown = Shown("door", Configured(Settings(), {}, said), Settings())
    assert [shown.source(key) for key in ("width", "key", "hinges")] == ["dihya.toml:12", "DIHYA_DOOR_KEY", "default"]
