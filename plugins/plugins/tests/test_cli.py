"""The commands that change which plugins are there; tests/test_installing.py runs them in earnest."""

import pytest
from dihya_plugins.cli import install


@pytest.mark.parametrize("command", ["uninstall", "purge"])
@pytest.mark.parametrize(
    ("name", "words"),
    [("securitee", "no plugin 'securitee' is installed; did you mean 'securite'?"), ("db", "there is no database")],
)
def test_what_is_not_there_or_needed_is_not_taken_out(make_app, command, name, words):
    """Nothing is changed."""
    result = make_app("plugins", "securite").cli("plugins", command, name)
    assert result.exit_code == 1 and words in result.stderr


def test_only_what_is_there_is_installed(make_app, tmp_path):
    """A word that is no path is a wrong call, and not a package of an index."""
    result = make_app("plugins").cli("plugins", "install", "dihya-association")
    assert result.exit_code == 2 and "does not exist" in result.stderr


@pytest.mark.parametrize("line", ["dihya-club", "./dihya-club", "dihya-club/", "{folder}"])
def test_a_folder_is_the_same_however_it_is_written(tmp_path, monkeypatch, line):
    """With a dot before it, a slash behind it or its whole path: the folder is what is installed."""
    (tmp_path / "dihya-club").mkdir()
    monkeypatch.chdir(tmp_path)
    with install.make_context("install", [line.format(folder=tmp_path / "dihya-club")]) as call:
        assert call.params["source"].absolute() == tmp_path / "dihya-club"


def test_an_editable_wheel_is_none(make_app, tmp_path):
    """The message says what is wanted."""
    (tmp_path / "dihya_x-1-py3-none-any.whl").write_bytes(b"")
    result = make_app("plugins").cli("plugins", "install", "--editable", str(tmp_path / "dihya_x-1-py3-none-any.whl"))
    assert result.exit_code == 1 and "--editable takes the folder of a plugin" in result.stderr


@pytest.mark.parametrize("command", ["uninstall", "purge"])
def test_who_serves_in_another_way_is_told_to_reload(make_app, monkeypatch, command):
    """Only 'dihya serve' takes a change up by itself; where none works in the data folder, the sentence says what to do."""
    monkeypatch.setattr(f"dihya_plugins.removal.{command}", lambda *given: [])
    monkeypatch.setattr("dihya_plugins.removal.ensure_removable", lambda *given: None)
    monkeypatch.setattr("dihya_plugins.leftovers.lost", lambda *given: [])
    words = ["club", "--yes"] if command == "purge" else ["club"]
    said = make_app("plugins", "db").cli("plugins", command, *words).stdout
    assert "no 'dihya serve' works in this data folder: reload another server yourself (kill -HUP" in said
