"""What was interrupted is seen to before any plugin is imported."""

import json
import subprocess
import sys

import pytest
from dihya_core.loading.discovery import installed
from dihya_core.loading.repairing import repair as let_repair
from dihya_hookspecs import DihyaError
from dihya_plugins import installation
from dihya_plugins.repair import JOURNAL, repair


def test_nothing_is_done_where_nothing_was_interrupted(make_app):
    """Where nothing was interrupted nothing is done and nothing said."""
    app = make_app("plugins")
    assert repair(app.hooks, []) == "" and let_repair(app.hooks) == []


def test_what_was_interrupted_is_said_by_whoever_repairs(make_app, monkeypatch):
    """The core finds it by the metadata of the package, and hands it the overrides of the command."""
    app = make_app("plugins")
    (app.hooks.data / JOURNAL).write_text("{}")
    monkeypatch.setattr(installation, "resume", lambda runtime, overrides: f"finished with {overrides}")
    assert let_repair(app.hooks, ["a.b=c"]) == ["finished with ['a.b=c']"]
    assert {item.name for item in installed() if item.repair} == {"plugins"}


def test_a_journal_that_cannot_be_read_stops_the_command(make_app):
    """Somebody has to see to it; the message says where it lies."""
    app = make_app("plugins")
    (app.hooks.data / JOURNAL).write_text("{")
    with pytest.raises(DihyaError, match="install.json' cannot be read"):
        let_repair(app.hooks)


def test_who_cannot_repair_stops_nothing(make_app, monkeypatch, caplog):
    """A plugin that is broken itself is quarantined later; the commands of the core go on."""
    app = make_app("plugins")
    (app.hooks.data / JOURNAL).write_text("{}")
    monkeypatch.setattr(installation, "resume", lambda runtime, overrides: 1 / 0)
    assert let_repair(app.hooks) == [] and "plugin 'plugins' cannot repair anything" in caplog.text


@pytest.mark.parametrize(("listed", "state"), [([], "active"), (["plugins"], "disabled")])
def test_safe_mode_loads_who_repairs_and_nobody_else(tmp_path, listed, state):
    """Safe mode loads who undoes a broken plugin, and nobody else; who is switched off stays so."""
    (tmp_path / "dihya.toml").write_text(f"[plugins]\ndisable = {json.dumps(listed)}\n")
    code = "from dihya_core.cli.main import main; main(['--safe-mode', 'plugins', '--json'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    states = {item["name"]: item["state"] for item in json.loads(done.stdout)}
    assert states.pop("plugins") == state and set(states.values()) == {"disabled"}
