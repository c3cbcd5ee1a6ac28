"""``dihya docs reference``."""

from __future__ import annotations


def test_pages_are_written_once_and_checked(app, tmp_path):
    """The first run writes, the second finds nothing to do, and --check agrees until somebody edits."""
    out = str(tmp_path / "docs")
    stale = app.cli("docs", "reference", "--out", out, "--check")
    assert stale.exit_code == 1 and "out of date" in stale.stderr
    assert not (tmp_path / "docs").exists()
    assert app.cli("docs", "reference", "--out", out).exit_code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "docs").iterdir()}
    assert set(first) == {"hooks.md", "reference.md"}
    assert "up to date" in app.cli("docs", "reference", "--out", out).stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "docs").iterdir()} == first
    assert app.cli("docs", "reference", "--out", out, "--check").exit_code == 0
    (tmp_path / "docs" / "hooks.md").write_text("edited")
    assert app.cli("docs", "reference", "--out", out, "--check").exit_code == 1


def test_a_change_that_breaks_authors_is_refused(app, tmp_path):
    """By name; the snapshot stays as it was, unless nobody has this contract yet and somebody says so."""
    out = tmp_path / "hooks.json"
    assert "--write makes one" in app.cli("docs", "contract", "--out", str(out)).stderr
    assert app.cli("docs", "contract", "--out", str(out), "--write").exit_code == 0
    assert app.cli("docs", "contract", "--out", str(out)).exit_code == 0
    old = out.read_text().replace('"check_access":', '"check_door":')
    out.write_text(old)
    for more in ([], ["--write"]):
        refused = app.cli("docs", "contract", "--out", str(out), *more)
        assert refused.exit_code == 1 and "hook check_door is gone" in refused.stderr and out.read_text() == old
    assert app.cli("docs", "contract", "--out", str(out), "--write", "--unpublished").exit_code == 0
    assert app.cli("docs", "contract", "--out", str(out)).exit_code == 0
    out.write_text("{}")
    assert "is no snapshot" in app.cli("docs", "contract", "--out", str(out)).stderr
