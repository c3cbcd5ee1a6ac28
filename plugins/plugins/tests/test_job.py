"""The process of a change says how it ends, whatever happens in it."""

import json
import subprocess
import sys

import pytest
from dihya_plugins import job, work
from dihya_plugins.swap import alone


@pytest.fixture
def carry_out(tmp_path):
    """Return a function that runs the process of a change in a small application, and returns how it ended."""
    config = tmp_path / "dihya.toml"
    config.write_text('[dihya]\ndata = "instance"\n[plugins]\nenable = ["db", "i18n", "migrations"]\n')
    data = tmp_path / "instance"

    def run(change, name, **more):
        work.write(data, work.new(change, name, "1", "p1"))
        with alone(data, "Ann", f"{change} {name}") as lock:
            told = {"data": str(data), "config": str(config), "who": "Ann", "lock": lock} | more
            command = [sys.executable, "-P", "-m", "dihya_plugins.job", json.dumps(told)]
            subprocess.run(command, pass_fds=[lock], check=True, cwd=tmp_path, capture_output=True)
        return work.read(data)

    return run


@pytest.mark.parametrize(
    ("change", "name", "words"),
    [
        ("uninstall", "nothing", "no plugin 'nothing' is installed"),
        ("purge", "db", "without it there is no database"),
        ("undo", "i18n", "nothing is kept of a plugin 'i18n'"),
    ],
)
def test_what_cannot_be_done_ends_with_the_reason(carry_out, change, name, words):
    """In one sentence; nothing was changed."""
    ended = carry_out(change, name)
    assert ended.state == "failed" and words in ended.said and not ended.reloaded


def test_what_is_no_wheel_ends_with_the_reason(carry_out, tmp_path):
    """The step at which it failed is kept."""
    ended = carry_out("install", "notes", wheel=str(tmp_path / "notes.whl"))
    assert ended.state == "failed" and "is no plugin" in ended.said and ended.step == "look"


def test_mending_tells_what_became_of_a_change(carry_out):
    """It had reached its outcome, or it had not."""
    assert carry_out("uninstall", "club", resume=True).state == "done"
    ended = carry_out("install", "club", resume=True)
    assert ended.state == "failed" and "before anything was changed" in ended.said


def test_a_failure_is_told_and_stands_in_the_audit_log(make_app, monkeypatch):
    """With who asked, the step, and the digest; it is told also where the log cannot be written."""
    app = make_app("audit", "i18n")
    data = app.hooks.data
    work.write(data, work.new("install", "club", "1", "p1", "ab"))

    def carry_out(progress, told, runtime, acts, overrides, errand):
        errand.tell("tables")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(job, "_opened", lambda told: (app.hooks, [], ""))
    monkeypatch.setattr(job, "carry_out", carry_out)
    with alone(data) as lock:
        job.main({"data": str(data), "config": "", "who": "Ann", "lock": lock})
    assert (work.read(data).state, work.read(data).step) == ("failed", "tables")
    (event,) = [event for event in app.trail if event.action == "plugins.install"]
    assert (event.actor, event.outcome, event.object) == ("p1", "failed", "plugin:club")
    assert dict(event.facts)["sha256"] == "ab" and dict(event.facts)["step"] == "tables"
    monkeypatch.setattr(job, "_note_failure", lambda acts, progress: 1 / 0)
    work.write(data, work.new("install", "club", "1", "p1"))
    with alone(data) as lock, pytest.raises(ZeroDivisionError):
        job.main({"data": str(data), "config": "", "who": "Ann", "lock": lock})
    assert work.read(data).state == "failed"
