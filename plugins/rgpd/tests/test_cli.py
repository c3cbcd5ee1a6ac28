"""The commands."""

from __future__ import annotations

import json
import zipfile


def test_the_way_over_the_commands(world, tmp_path):
    """The operator finds, exports, verifies and erases from the command line."""
    email, out = world.tin[1]["email"], tmp_path / "out.zip"
    assert f"canary_people:{world.tin[0]}" in world.app.cli("rgpd", "find", email).stdout
    found = json.loads(world.app.cli("rgpd", "find", email, "--json").stdout)
    assert found["subjects"][0]["key"] == world.tin[0]
    assert world.app.cli("rgpd", "export", email, "--out", str(out)).exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert world.app.cli("rgpd", "verify", str(out)).stdout.strip() == "verified"
    out.write_bytes(out.read_bytes()[:-100])
    assert world.app.cli("rgpd", "verify", str(out)).exit_code == 1
    assert world.app.cli("rgpd", "erase", email, input="n\n").exit_code == 1
    assert world.app.cli("rgpd", "find", email).stdout
    result = world.app.cli("rgpd", "erase", email, "--yes", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["state"] == "done"
    again = world.app.cli("rgpd", "find", email)
    assert again.exit_code == 0 and "canary_invoices.payer" in again.stdout  # the law keeps the invoice
    nobody = world.app.cli("rgpd", "erase", "nobody@example.org", "--yes")
    assert nobody.exit_code == 1 and "nobody is known" in nobody.stderr
    columns = json.loads(world.app.cli("rgpd", "coverage", "--json").stdout)["columns"]
    assert {"canary_people.email", "canary_traces.actor"} <= {f"{c['table']}.{c['column']}" for c in columns}
    assert "canary_people.password_hash" in world.app.cli("rgpd", "coverage").stdout


def test_the_command_fails_while_a_part_is_missing(world):
    """An incomplete erasure exits with 1 and names the plugin."""
    world.plugin.broken = {"erase"}
    result = world.app.cli("rgpd", "erase", world.tin[1]["email"], "--yes")
    assert result.exit_code == 1 and "plugin canary" in result.stderr


def test_the_command_writes_what_is_taken_along(world, tmp_path):
    """With --portable: what the law keeps is not in it."""
    out = tmp_path / "out.zip"
    assert world.app.cli("rgpd", "export", world.tin[1]["email"], "--portable", "--out", str(out)).exit_code == 0
    with zipfile.ZipFile(out) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert world.tin[1]["wish"] in content and world.tin[1]["payer"] not in content
    assert world.app.cli("rgpd", "verify", str(out)).stdout.strip() == "verified"
