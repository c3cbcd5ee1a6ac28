"""What fails or is slow is known by the name of its plugin, here and in other processes."""

import json
import os
import subprocess
import sys
import time

import pytest
from dihya_core.hooks.monitor import LAST, HookMonitor


def call(monitor, record, error=None):
    record.calls += 1
    if error:
        monitor.failed(record, error, "isolate")


def said(monitor, plugin):
    return [str(item) for item in monitor.troubles().get(plugin, ())]


def test_failures_are_counted_among_the_last_calls():
    """They are forgotten once as many calls have gone well."""
    monitor = HookMonitor()
    record = monitor.record("p", "on_request", 20)
    for _ in range(LAST + 3):
        call(monitor, record, ValueError("secret 12345"))
    assert said(monitor, "p") == [f"failing: {LAST} of the last {LAST} calls of on_request (ValueError)"]
    for _ in range(LAST - 1):
        call(monitor, record)
    assert said(monitor, "p") == [f"failing: 1 of the last {LAST} calls of on_request (ValueError)"]
    call(monitor, record)
    assert said(monitor, "p") == []


def test_a_hook_is_slow_when_several_calls_were_or_one_took_a_second():
    """One call that was slow because it was the first one is nothing to speak of."""
    monitor = HookMonitor()
    record, other = monitor.record("p", "on_response", 20), monitor.record("q", "on_response", 20)
    for took in (0.03, 0.04, 0.05):
        call(monitor, record)
        monitor.slow(record, took)
        assert bool(said(monitor, "p")) is (took == 0.05)
    assert said(monitor, "p") == ["slow: 3 of the last 3 calls of on_response (50 ms)"]
    call(monitor, other)
    monitor.slow(other, 1.5)
    assert said(monitor, "q") == ["slow: 1 of the last 1 calls of on_response (1500 ms)"]


def test_the_log_is_told_once_a_minute(caplog, monkeypatch):
    """The log names the plugin once a minute, and not at every request."""
    now = [100.0]
    monkeypatch.setattr("dihya_core.hooks.monitor.monotonic", lambda: now[0])
    monitor = HookMonitor()
    record = monitor.record("p", "on_response", 20)
    for _ in range(5):
        call(monitor, record, ValueError())
    assert caplog.text.count("plugin 'p' is failing") == 1
    now[0] += 61
    call(monitor, record, ValueError())
    assert caplog.text.count("plugin 'p' is failing") == 2
    assert "plugin 'p' is failing: 6 of the last 6 calls of on_response" in caplog.text


def test_another_process_is_told(tmp_path):
    """``dihya plugins`` knows what fails in the server, as long as that lives."""
    monitor = HookMonitor(tmp_path)
    call(monitor, monitor.record("p", "on_response", 20), ValueError())
    code = "import sys, pathlib; from dihya_core.hooks.monitor import HookMonitor; print(HookMonitor(pathlib.Path(sys.argv[1])).troubles())"
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert "'p'" in done.stdout
    assert "kind='failing', hook='on_response', count=1" in done.stdout


def test_what_a_dead_process_said_is_forgotten(tmp_path):
    """Its file goes with it."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / "monitor").mkdir()
    path = tmp_path / "monitor" / f"{ended.pid}.json"
    path.write_text(json.dumps({"p": [["failing", "on_response", 1, 1, ""]]}))
    assert HookMonitor(tmp_path).troubles() == {}
    assert not path.exists()


def test_a_failure_right_after_another_is_told_although_nobody_asks_again(tmp_path):
    """What comes within the same second is written a little later by itself."""
    monitor = HookMonitor(tmp_path)
    for plugin in ("p", "q"):
        call(monitor, monitor.record(plugin, "on_response", 20), ValueError())
    path = tmp_path / "monitor" / f"{os.getpid()}.json"
    deadline = time.monotonic() + 20
    while "q" not in json.loads(path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_went_well_again_is_taken_back(tmp_path):
    """The next time that something is published, other processes hear that all is well."""
    monitor = HookMonitor(tmp_path)
    record = monitor.record("p", "on_response", 20)
    call(monitor, record, ValueError())
    path = tmp_path / "monitor" / f"{os.getpid()}.json"
    assert "failing" in path.read_text()
    record.calls += LAST
    monitor.publish(force=True)
    assert json.loads(path.read_text()) == {}


def test_a_slow_request_names_whose_hook_took_the_time(caplog, monkeypatch):
    """The line of a slow request names the plugin whose hook took the time, or says that the view did."""
    now = [100.0]
    monkeypatch.setattr("dihya_core.hooks.monitor.monotonic", lambda: now[0])
    monitor = HookMonitor()
    record = monitor.record("p", "on_request", 20)
    began = monitor.begin()
    call(monitor, record)
    monitor.slow(record, 1.2)
    now[0] += 1.3
    monitor.end("notes.index", "notes", began)
    assert "notes.index took 1.3 s: plugin 'p' took 1.2 s in on_request" in caplog.text
    began = monitor.begin()
    now[0] += 2
    monitor.end("notes.index", "notes", began)
    assert "notes.index took 2.0 s: no hook was slow, so look at the view of plugin 'notes'" in caplog.text


@pytest.mark.parametrize(("error", "counted"), [(type("Teapot", (Exception,), {"code": 418})(), 0), (KeyError(), 1)])
def test_a_wrapped_function_is_watched_like_a_hook(error, counted):
    """A refusal of the middleware is an answer; anything else is a failure."""
    monitor = HookMonitor()
    record = monitor.record("p", "middleware step 'x'", 100)

    def step():
        raise error

    with pytest.raises(type(error)):
        monitor.wrapped(record, step)()
    assert len(record.failures) == counted
