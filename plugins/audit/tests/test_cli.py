"""The commands: what was exported verifies offline."""

from __future__ import annotations

import json

from dihya_hookspecs.audit import AuditLog


def test_a_downloaded_proof_verifies_offline(app, tmp_path):
    """The bundle of one act, downloaded, is verified by the command with the key that the command names."""
    with app.act("test") as act:
        wanted = act.get(AuditLog).search(object="toys_things:1")[0].event.act
    answer = app.client("auditeur").get(f"/audit/bundle?act={wanted}")
    file = tmp_path / "proof.zip"
    file.write_bytes(answer.data)
    key = app.cli("audit", "key").stdout.strip()
    result = app.cli("audit", "verify", str(file), "--vkey", key, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0 and report["ok"] and report["trusted"] and report["scope"] == "act"
    file.write_bytes(answer.data[:-100])
    assert app.cli("audit", "verify", str(file)).exit_code == 1
    assert app.client("auditeur").get("/audit/bundle?act=unknown").status_code == 404
    assert any(event.action == "audit.export" for event in app.trail)


def test_the_commands_tell_where_the_log_stands(app, tmp_path):
    """Checkpoint, export, anchors and live verification answer from the command line."""
    out = tmp_path / "all.zip"
    assert app.cli("audit", "export", "--out", str(out)).stdout.strip() == str(out)
    assert app.cli("audit", "verify", str(out)).exit_code == 0
    assert app.cli("audit", "checkpoint").stdout.startswith("test-log\n")
    live = app.cli("audit", "verify")
    assert live.exit_code == 0 and live.stdout.startswith("verified: ")
    (anchor,) = json.loads(app.cli("audit", "anchors", "--json").stdout)
    assert anchor["name"] == "file" and anchor["anchored"] == anchor["newest"] > 3
    assert "entries anchored" in app.cli("audit", "anchors").stdout
    assert app.cli("audit", "verify", "nowhere.zip").exit_code == 2
    assert app.cli("audit", "verify", "--vkey", "nonsense").exit_code == 1
