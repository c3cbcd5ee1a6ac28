"""``dihya config`` says of what people changed where it comes from."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import editable
from pydantic import BaseModel, SecretStr


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
    """And suggests a name where there is none of that."""
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


def test_without_the_plugin_nothing_can_be_set(make_app):
    """The error says what to install."""
    app = make_app(plugins={"door": SimpleNamespace(Settings=Settings)})
    said = app.cli("config", "set", "door.width", "90").stderr
    assert "no such command 'config set'; it comes with another package: pip install dihya-settings" in said
