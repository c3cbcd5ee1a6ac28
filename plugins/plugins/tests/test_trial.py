"""What a process of its own finds out."""

import json
import subprocess
import sys

import pytest
from dihya_plugins.sentences import unpacked


@pytest.fixture
def ask(tmp_path):
    """Return a function that runs a task in a process of its own and returns the answer."""
    config = tmp_path / "dihya.toml"
    config.write_text('[dihya]\ndata = "instance"\n[plugins]\nenable = ["db", "i18n", "migrations", "storage"]\n')

    def run(do, name, **more):
        task = {"do": do, "name": name, "config": str(config), "overrides": [], "revision": ""} | more
        command = [sys.executable, "-P", "-m", "dihya_plugins.trial", json.dumps(task), str(tmp_path / "answer")]
        subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
        return json.loads((tmp_path / "answer").read_text())

    return run


def test_a_look_tells_how_everybody_fares(ask):
    """A look starts nothing and tells how everybody fares, and where the plugin's code and tables are."""
    answer = ask("look", "i18n")
    assert answer["states"]["i18n"][0] == "active" and answer["states"]["audit"][0] == "disabled"
    assert answer["folder"].endswith("dihya_i18n") and answer["revision"] == ""


def test_preparing_is_idempotent_and_undoing_nothing_is_nothing(ask):
    """A plugin without tables and steps has nothing to be done."""
    assert ask("prepare", "i18n") == ask("prepare", "i18n") == ask("undo", "i18n") == {}


def test_a_look_tells_where_the_tables_of_a_plugin_are(ask):
    """Nowhere before they are made, at its newest revision afterwards."""
    assert ask("look", "storage")["revision"] == ""
    ask("prepare", "storage")
    assert ask("look", "storage")["revision"].startswith("storage_")


@pytest.mark.parametrize(
    ("given", "words"), [({"overrides": ["i18n.nothing=1"]}, "i18n"), ({"do": "unknown"}, "KeyError")]
)
def test_what_goes_wrong_is_the_answer(ask, given, words):
    """In one sentence, whatever it is."""
    do = given.pop("do", "prepare")
    assert words in str(unpacked(ask(do, "i18n", **given)["error"]))
