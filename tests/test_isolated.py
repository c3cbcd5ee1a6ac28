"""Plugins alone, from their wheels: what is installed beside them, and what is said where nobody could try."""

import importlib.util
from pathlib import Path
from queue import SimpleQueue

import pytest

SCRIPT = Path(__file__).with_name("isolated.py")


@pytest.fixture
def script():
    """The script as a module of its own."""
    spec = importlib.util.spec_from_file_location("isolated_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("lowest", "sign"), [(False, "=="), (True, "<=")])
def test_versions_of_the_repository_are_those_taken_or_the_newest_taken(lowest, sign, script, tmp_path):
    """Packages of ours are the wheels that were built; a library that nobody names is never newer than what is tested."""
    wheel = tmp_path / "dihya_audit-0.1.0-py3-none-any.whl"
    lines = script.pinned({"audit": wheel}, tmp_path, lowest=lowest).read_text().splitlines()
    assert lines[-1] == f"dihya-audit @ {wheel.as_uri()}"
    versions = [line for line in lines[:-1] if line[:1].isalnum()]
    assert versions and all(sign in line for line in versions)


@pytest.mark.parametrize(
    ("said", "lowest", "mark"),
    [
        ("error: Failed to fetch: `https://index.example/click/`", True, "–"),
        ("error: error sending request for url", True, "–"),
        ("error: Failed to fetch: `https://index.example/click/`", False, "✘"),
        ("1 failed, 3 passed", True, "✘"),
    ],
)
def test_without_an_index_nothing_is_known_of_old_versions(said, lowest, mark, script, tmp_path, monkeypatch):
    """It is no fault of the plugin, and no success; a test that fails is one, and so is an index that a usual run lacks."""

    def broken(*_arguments):
        raise RuntimeError(said)

    monkeypatch.setattr(script, "prove", broken)
    places = SimpleQueue()
    places.put(tmp_path)
    assert script.attempt("audit", {}, places, True, lowest).startswith(f"{mark} audit: ")
    assert places.get_nowait() == tmp_path


@pytest.mark.parametrize(("marks", "code"), [("✔✔", 0), ("✔–", 2), ("✘–", 1)])
def test_the_exit_code_tells_a_failure_from_what_was_not_checked(marks, code, script, monkeypatch, capsys):
    """Only where all passed it is 0."""
    monkeypatch.setattr(script, "build", lambda folders, target: {})
    monkeypatch.setattr(script, "attempt", lambda name, *_rest: f"{marks['ab'.index(name)]} {name}")
    assert script.main(["--lowest", "a", "b"]) == code
    assert (
        f"{marks.count('✔')} passed, {marks.count('✘')} failed, {marks.count('–')} not checked"
        in capsys.readouterr().out
    )
