"""``dihya generation-logs``."""


def test_export_and_verify(make_app, make, tmp_path):
    """What is exported verifies; what is changed does not, with exit code 1; the export is audited."""
    app, target = make_app("generation_logs"), tmp_path / "log.zip"
    with app.act():
        app.hooks.call("after_generation", project=make())
    assert app.cli("generation-logs", "export", str(target), "--from", "2020-01-01").exit_code == 0
    result = app.cli("generation-logs", "verify", str(target))
    assert result.exit_code == 0 and "right: 1 generations" in result.stdout
    assert [
        event.facts["rows"]
        for event in app.trail
        if event.action == "generation_logs.export" and event.facts.get("rows")
    ] == [1]
    target.write_bytes(target.read_bytes()[:-40])
    result = app.cli("generation-logs", "verify", str(target))
    assert result.exit_code == 1 and "no export" in result.stderr


def test_period(make_app, make, tmp_path):
    """Only the records of the period are exported."""
    app, target = make_app("generation_logs"), tmp_path / "log.zip"
    with app.act():
        app.hooks.call("after_generation", project=make())
    assert "0 generations" in app.cli("generation-logs", "export", str(target), "--to", "2020-01-01").stderr


def test_sweep(make_app):
    """Sweeping says how many went, or would go."""
    app = make_app("generation_logs")
    assert app.cli("generation-logs", "sweep").stdout == "0 records deleted\n"
    assert app.cli("generation-logs", "sweep", "--dry-run").stdout == "0 records would go\n"
