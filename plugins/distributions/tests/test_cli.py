"""``dihya build``."""


def test_the_plan_is_printed_and_nothing_is_built(make_app, shelf, tmp_path):
    """By the command, from the path of a manifest."""
    shelf.add("dihya-club", "1.0")
    shelf.manifest()
    done = make_app("distributions").cli(
        "build", str(tmp_path / "distribution.toml"), "--plan", "--out", str(tmp_path / "dist")
    )
    assert done.exit_code == 0 and "suite 1.2, for Python" in done.stdout and not (tmp_path / "dist").exists()


def test_an_impossible_distribution_ends_with_one_sentence(make_app, shelf, tmp_path):
    """An impossible distribution ends with one sentence and the exit code for it."""
    shelf.manifest()
    done = make_app("distributions").cli("build", str(tmp_path / "distribution.toml"), "--out", str(tmp_path / "dist"))
    assert done.exit_code != 0 and "error: 'dihya-club' is found in no index and no folder as a wheel" in done.stderr
    assert not (tmp_path / "dist").exists()
