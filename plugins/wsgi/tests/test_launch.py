"""What the server process is told."""

from __future__ import annotations

from dihya_wsgi.launch import Plan, environment
from dihya_wsgi.settings import Settings


def test_the_plan_holds_the_settings():
    """Every setting that the server needs is in the plan, with the numeric address."""
    plan = Plan.of(Settings(host="localhost", port=8001, threads=4), "127.0.0.1")
    assert (plan.host, plan.address, plan.port, plan.threads, plan.workers) == ("localhost", "127.0.0.1", 8001, 4, 1)


def test_options_of_the_command_become_variables(monkeypatch, tmp_path):
    """A relative --config is made absolute, --set is said as a variable, and so is the number of threads."""
    monkeypatch.chdir(tmp_path)
    assert environment({"config": "x.toml", "overrides": ("wsgi.port=8001", "db.echo=true")}, 4) == {
        "DIHYA_WSGI_THREADS": "4",
        "DIHYA_CONFIG": str(tmp_path / "x.toml"),
        "DIHYA_WSGI_PORT": "8001",
        "DIHYA_DB_ECHO": "true",
    }
    assert environment({"config": None, "overrides": ()}, 16) == {"DIHYA_WSGI_THREADS": "16"}
