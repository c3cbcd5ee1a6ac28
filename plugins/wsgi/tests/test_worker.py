"""The worker process; what it does as a whole is tested with the server."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest
from dihya_wsgi import worker
from dihya_wsgi.launch import Plan
from dihya_wsgi.settings import Settings


def test_what_can_be_explained_is_one_line(monkeypatch, capsys, tmp_path):
    """An application that cannot be loaded ends the worker with 1."""
    monkeypatch.setenv("DIHYA_CONFIG", str(tmp_path / "absent.toml"))
    monkeypatch.delitem(sys.modules, "dihya_core.wsgi", raising=False)
    with pytest.raises(SystemExit) as ended:
        worker.load(worker.TARGET)
    assert ended.value.code == 1 and capsys.readouterr().err.startswith("error: no configuration file at ")


def test_a_worker_whose_server_is_gone_ends():
    """It compares its parent with the process that it was told."""
    code = "from dihya_wsgi.worker import follow; follow(1 << 30); print('still here')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")


def test_connections_fit_into_what_the_process_may_open():
    """Fewer than asked for, rather than an accept that fails."""
    plan = Plan.of(Settings(connections=10_000_000), "127.0.0.1")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        allowed = worker._within_files(plan).connections
        assert 8 <= allowed <= resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_limits_are_learnt_only_where_somebody_knows_them(make_app):
    """Without the middleware one small limit holds for all."""
    worker._known.clear()
    with make_app("wsgi").act("test"):
        worker.learn_limits()
    assert "limits" not in worker._known or os.environ
