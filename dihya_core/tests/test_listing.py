"""What ``dihya --help`` remembers, and when it forgets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

MAIN = "from dihya_core.cli.main import main; main()"
LOADED = """
import atexit, sys
atexit.register(lambda: print(sorted({name for name in sys.modules if name.startswith(('dihya_hookspecs', 'pydantic', 'pluggy'))}), file=sys.stderr))
"""


@pytest.fixture
def place(tmp_path):
    """A folder to work in, a folder for what is remembered, and a plugin that is installed."""
    plugin = tmp_path / "lib"
    _plugin(plugin, "toys", "Play.")
    (tmp_path / "here").mkdir()
    return tmp_path


def _plugin(folder, name, sentence, extra=""):
    package = folder / f"dihya_{name}"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text(f'"""A plugin."""\n{extra}')
    cli = f"import click\nCOMMANDS = (click.Command({name!r}, help={sentence!r}, callback=lambda: print('played')),)\n"
    (package / "cli.py").write_text(cli)
    info = folder / f"dihya_{name}-1.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: dihya-{name}\nVersion: 1\nRequires-Dist: dihya-hookspecs>=2,<3\n"
    )
    (info / "entry_points.txt").write_text(f"[dihya.plugins]\n{name} = dihya_{name}\n")


def dihya(place, *arguments, code=MAIN, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIHYA_")}
    environment = {**kept, "PYTHONPATH": str(place / "lib"), "XDG_CACHE_HOME": str(place / "cache"), **variables}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=place / "here", env=environment, capture_output=True, text=True, check=False)


def remembered(place):
    return sorted((place / "cache" / "dihya").glob("*.json"))


def line(done, name="toys"):
    return next((" ".join(text.split()) for text in done.stdout.splitlines() if text.split()[:1] == [name]), "")


def test_the_second_help_says_the_same_and_imports_no_plugin(place):
    """Neither the contract, nor pluggy, nor pydantic is imported once the list is known."""
    first, second = dihya(place, "--help"), dihya(place, "--help", code=LOADED + MAIN)
    assert first.stdout == second.stdout and line(second) == "toys Play."
    assert second.stderr == "[]\n"


def test_a_plugin_whose_code_changed_is_read_again(place):
    """A plugin that runs from a folder, without an installed package, is read again too."""
    dihya(place, "--help")
    _plugin(place / "lib", "toys", "Play again, longer.")
    assert line(dihya(place, "--help")) == "toys Play again, longer."


def test_a_plugin_that_comes_or_goes_changes_the_list(place):
    """The folders in which packages lie are looked at."""
    dihya(place, "--help")
    _plugin(place / "lib", "games", "Win.")
    assert line(dihya(place, "--help"), "games") == "games Win."
    (place / "lib" / "dihya_games-1.dist-info" / "entry_points.txt").unlink()
    (place / "lib" / "dihya_games-1.dist-info").rename(place / "away")
    assert line(dihya(place, "--help"), "games") == ""


def test_the_configuration_changes_the_list(place):
    """A plugin that is switched off is not listed, by the file or by a variable."""
    dihya(place, "--help")
    assert line(dihya(place, "--help", DIHYA_PLUGINS_DISABLE='["toys"]')) == ""
    (place / "here" / "dihya.toml").write_text('[plugins]\ndisable = ["toys"]\n')
    assert line(dihya(place, "--help")) == ""
    (place / "here" / "dihya.toml").unlink()
    assert line(dihya(place, "--help")) == "toys Play."


def test_the_values_of_other_variables_are_not_kept(place):
    """What is remembered says nothing of a secret, not even its digest."""
    dihya(place, "--help", DIHYA_SECURITE_KEY="one")
    before = remembered(place)[0].read_text() if remembered(place) else ""
    dihya(place, "--help", DIHYA_SECURITE_KEY="two")
    assert (remembered(place)[0].read_text() if remembered(place) else "") == before


def test_what_is_not_well_is_said_each_time(place):
    """With a quarantined plugin nothing is remembered, so that its reason is not lost."""
    _plugin(place / "lib", "games", "Win.", extra="1 / 0\n")
    for _ in range(2):
        assert "plugin 'games' is quarantined" in dihya(place, "--help").stderr
    assert remembered(place) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"state": 1}', "\0"])
def test_a_damaged_file_is_as_good_as_none(place, content):
    """The list is gathered, and the file is right again."""
    dihya(place, "--help")
    (file,) = remembered(place)
    file.write_text(content)
    assert line(dihya(place, "--help")) == "toys Play."
    assert "commands" in json.loads(file.read_text())


def test_a_file_that_others_may_write_is_not_believed(place):
    """Somebody else's words are not shown as the application's."""
    dihya(place, "--help")
    (file,) = remembered(place)
    file.write_text(file.read_text().replace("Play.", "Send your password to …"))
    file.chmod(0o666)
    assert line(dihya(place, "--help")) == "toys Play."


def test_a_folder_that_cannot_be_written_costs_time_only(place):
    """The list is gathered each time."""
    (place / "cache").write_text("a file")
    for _ in range(2):
        assert line(dihya(place, "--help")) == "toys Play."


def test_many_at_once_read_and_write_whole_files(place):
    """Concurrent first calls all print the list, and one whole file is left."""
    said = []
    threads = [threading.Thread(target=lambda: said.append(dihya(place, "--help"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {line(done) for done in said} == {"toys Play."}
    (file,) = remembered(place)
    assert "toys" in json.loads(file.read_text())["commands"]
    assert [path for path in Path(file.parent).iterdir() if path != file] == []


def test_a_command_runs_as_before(place):
    """What is remembered is for listing; a command is loaded when it is called."""
    dihya(place, "--help")
    assert dihya(place, "toys").stdout == "played\n"


@pytest.mark.parametrize("options", [["--safe-mode"], ["--set", 'plugins.disable=["toys"]']])
def test_options_that_change_the_list_are_not_answered_from_memory(place, options):
    """``--safe-mode`` and ``--set`` are for this call alone."""
    dihya(place, "--help")
    assert line(dihya(place, *options, "--help")) == ""
    assert line(dihya(place, "--help")) == "toys Play."


def test_lists_that_nobody_used_for_a_month_are_thrown_away(place):
    """One file a configuration does not become a thousand."""
    (place / "cache" / "dihya").mkdir(parents=True)
    old, young = (place / "cache" / "dihya" / f"commands-{name}.json" for name in ("old", "young"))
    for file, days in ((old, 31), (young, 29)):
        file.write_text("{}")
        os.utime(file, (time.time() - days * 86400,) * 2)
    dihya(place, "--help")
    assert not old.exists() and young.exists()
