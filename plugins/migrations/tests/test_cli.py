"""The commands below dihya db."""

from __future__ import annotations

import json


def test_upgrade_history_check_and_downgrade(make_app):
    """The whole way up and down, with what is printed and what is recorded."""
    app = make_app("migrations", "storage", tables=False)
    assert "pending  storage_0001" in app.cli("db", "history").stdout
    result = app.cli("db", "upgrade")
    assert result.exit_code == 0 and "storage: nothing → storage_0002" in result.stdout
    assert "up to date" in app.cli("db", "upgrade", "storage").stderr
    revisions = json.loads(app.cli("db", "history", "storage", "--json").stdout)
    assert {item["revision"]: item for item in revisions}["storage_0001"] == {
        "plugin": "storage", "revision": "storage_0001", "message": "Who holds which bytes.", "applied": True,
    }  # fmt: skip
    assert app.cli("db", "check").exit_code == 0
    assert "--destructive" in app.cli("db", "downgrade", "storage", "base").stderr
    result = app.cli("db", "downgrade", "storage", "base", "--destructive")
    assert result.exit_code == 0 and "storage: storage_0002 → nothing" in result.stdout
    actions = [event.action for event in app.trail if event.plugin == "migrations" and event.object]
    assert actions == ["migrations.upgrade"] * 4 + ["migrations.downgrade"]  # db and storage have two revisions each
    assert app.cli("db", "check").exit_code == 1


def test_an_unknown_revision(make_app):
    """A revision that does not exist is refused in one sentence."""
    app = make_app("migrations", "storage", tables=False)
    app.cli("db", "upgrade")
    result = app.cli("db", "downgrade", "storage", "nowhere", "--destructive")
    assert result.exit_code == 1 and "storage" in result.stderr and "Traceback" not in result.stderr
