"""The bench: an environment of its own, and the run of the plugin's own tests."""

import pytest
from dihya_tests.settings import Settings
from dihya_tests.suite.bench import Bench
from dihya_tests.suite.target import resolve

ENGINE = '''"""The engine of the run."""


def test_the_engine_is_the_one_that_was_asked_for(make_app):
    """It answers."""
    assert make_app().engine.dialect.name == "postgresql"
'''


@pytest.fixture
def bench(folder, tmp_path):
    """Makes the bench of a plugin."""

    def make(files):
        place, root = tmp_path / "place", tmp_path / "root"
        place.mkdir()
        root.mkdir()
        return Bench(resolve(str(folder(files)), place), root, Settings())

    return make


def test_what_runs_is_kept_away_and_finds_the_wheel(petit, bench):
    """In its working folder, a copy."""
    made = bench(petit)
    assert made.isolated() == ""
    assert {path.name for path in made.desk.iterdir()} == {"dihya_petit-0.1.0-py3-none-any.whl", "project"}


def test_its_own_tests_run_against_the_wheel_once(petit, bench):
    """Whoever asks again hears of the same run."""
    made = bench(petit)
    assert made.own_tests.passed.passed, made.own_tests.passed
    assert len(made.own_tests.tests) == 2
    assert made.own_tests is made.own_tests


def test_its_own_tests_run_on_postgresql_too(petit, bench):
    """On a server that starts in the sandbox, beside the run on SQLite."""
    petit["tests/test_engine.py"] = ENGINE
    run = bench(petit).own_tests_on_postgresql
    assert run.passed.passed, run.passed


def test_patience_multiplies_what_the_plugin_says_of_its_tests(petit, folder, tmp_path):
    """A suite that may take 40 seconds has 120 on a machine that is three times slower."""
    petit["pyproject.toml"] += "\n[tool.dihya.check]\nseconds = 40\n"
    (tmp_path / "place").mkdir()
    (tmp_path / "root").mkdir()
    target = resolve(str(folder(petit)), tmp_path / "place")
    assert Bench(target, tmp_path / "root", Settings(), patience=3).own_seconds == 120


READING = '''"""A folder of the machine."""

import os
from pathlib import Path

import pytest


def test_it_is_read_and_stays_as_it_is():
    """The tests see what lies there, and cannot change it."""
    folder = Path(os.environ["SMALL_MODEL"])
    assert (folder / "weights").read_text() == "7"
    with pytest.raises(OSError):
        (folder / "weights").write_text("8")
'''


def test_its_own_tests_read_the_folder_that_was_given_to_them(petit, folder, tmp_path, monkeypatch):
    """As the author's own run does, and read-only; without it nothing is run that would only tell of its absence."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights").write_text("7")
    monkeypatch.setenv("SMALL_MODEL", str(tmp_path / "model"))
    petit["tests/test_reading.py"] = READING
    petit["pyproject.toml"] += '\n[tool.dihya.check.folders]\nSMALL_MODEL = "a model"\n'
    benches = []
    for name, give in (("with", ["SMALL_MODEL"]), ("without", [])):
        (tmp_path / name / "root").mkdir(parents=True)
        (tmp_path / name / "place").mkdir()
        target = resolve(str(folder(petit)), tmp_path / name / "place", give=give)
        benches.append(Bench(target, tmp_path / name / "root", Settings()))
    assert benches[0].own_tests.passed.passed, benches[0].own_tests.passed
    assert [one.withheld for one in benches] == [{}, {"SMALL_MODEL": "a model"}]


def test_without_tests_there_is_no_run(petit, bench):
    """It says so."""
    del petit["tests/test_models.py"]
    assert not bench(petit).own_tests.there
