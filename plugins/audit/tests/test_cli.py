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


def test_a_bundle_of_another_key_is_not_verified(app, tmp_path, world):
    """A whole bundle that somebody else has signed is not verified where the own key lies, whatever key is in it."""
    world.write(3)
    file = tmp_path / "theirs.zip"
    file.write_bytes(world.log.bundle())
    app.cli("audit", "checkpoint")
    result = app.cli("audit", "verify", str(file))
    assert result.exit_code == 1 and "NOT VERIFIED" in result.stdout and "not signed by" in result.stdout
    assert app.cli("audit", "verify", str(file), "--vkey", str(world.log.signer.verifier)).exit_code == 0
    (app.data / "keys" / "audit.key").unlink()
    result = app.cli("audit", "verify", str(file))
    assert (
        result.exit_code == 2
        and result.stdout.startswith("consistent: 3 entries")
        and "signer not known" in result.stdout
    )


def test_what_is_no_bundle_gets_one_sentence(app, tmp_path):
    """A text, an empty file and a ZIP of something else are named for what they are."""
    for name, content in {"README.md": b"# Words", "empty.zip": b"", "other.zip": other_zip()}.items():
        file = tmp_path / name
        file.write_bytes(content)
        result = app.cli("audit", "verify", str(file))
        (line,) = result.stdout.splitlines()
        assert result.exit_code == 1 and line.startswith("NOT VERIFIED: this is no bundle of an audit log"), line


def other_zip():
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("letter.txt", "Dear all")
    return target.getvalue()


def test_an_export_replaces_no_file(app, tmp_path):
    """A file that exists is left as it is, and the command says so."""
    out = tmp_path / "audit.zip"
    out.write_text("mine")
    result = app.cli("audit", "export", "--out", str(out))
    assert result.exit_code == 1 and "exists already" in result.stderr and out.read_text() == "mine"


def test_one_cause_is_one_line(world):
    """However many entries are concerned, what happened to them is said once."""
    world.write(40)
    world.sequencer.drain()
    from sqlalchemy import text

    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_checkpoints"))
    lines = list(world.log.verify().lines())
    assert "added: entries 0 to 39: not covered by a checkpoint" in lines
    assert len(lines) <= 4, lines
