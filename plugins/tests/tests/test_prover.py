"""The proof of a whole plugin: every line of it, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.prover import SandboxProver
from dihya_tests.settings import Settings

MODELS, TESTS = "src/dihya_petit/models.py", "tests/test_models.py"


def proof(folder: Path, **limits) -> dict[str, tuple[bool, str]]:
    """The lines of the proof, by name."""
    return {line.name: (line.passed, line.detail) for line in SandboxProver(Settings()).prove(folder, **limits)}


def test_a_good_plugin_is_proven(petit, folder, tmp_path: Path) -> None:
    """Every line passes, each test has its own, the log is kept, and the folder is left as it was."""
    root = folder(petit)
    lines = proof(root, log=tmp_path / "log.txt")
    assert [name for name, (passed, _) in lines.items() if not passed] == []
    assert "tests/test_models.py::test_has_a_table" in lines
    assert lines["entry point"] == (True, "dihya_petit")
    assert lines["its tests pass"][1] == "2 tests"
    assert {"no network", "within limits", "every column says what it is", "every view has a permission"} <= set(lines)
    assert "2 passed" in (tmp_path / "log.txt").read_text()
    assert sorted(path.name for path in root.iterdir()) == [".dihya", "README.md", "pyproject.toml", "src", "tests"]


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "said"),
    [
        (TESTS, '== "petit_things"', '== "autre"', "tests/test_models.py::test_has_a_table", "petit_things"),
        (TESTS, "def test_has", "import pytest\n\n\n@pytest.mark.skip('later')\ndef test_has", "tests/test_models.py::test_has_a_table", "skipped"),
        (TESTS, "import Thing\n", "import Nothing\n", "tests/test_models.py", "Nothing"),
        (MODELS, 'impersonal("what it is called", String(80))', "mapped_column(String(80))", "every column says what it is", "petit_things.name"),
    ],
)  # fmt: skip
def test_each_failure_has_its_line(petit, sign, folder, path: str, old: str, new: str, line: str, said: str) -> None:
    """A failing, skipped or unreadable test and a column without annotation are failed lines with their reason."""
    text = petit[path].replace(old, new).replace("import Mapped\n", "import Mapped, mapped_column\n")
    lines = proof(folder(sign({**petit, path: text})))
    assert lines[line][0] is False
    assert said in lines[line][1]


def test_a_test_that_wants_the_network_fails(petit, sign, folder) -> None:
    """A test that connects somewhere fails."""
    petit[TESTS] += "\n\ndef test_calls_home():\n    from urllib.parse import quote\n    import sqlalchemy.util as u\n"
    petit[TESTS] += "    net = u.langhelpers.sys.modules['socket']\n    net.create_connection(('192.0.2.1', 80), 1)\n"
    lines = proof(folder(sign(petit)))
    passed, said = lines["tests/test_models.py::test_calls_home"]
    assert not passed and ("without network" in said or "unreachable" in said)


def test_a_test_that_does_not_end_is_stopped(petit, sign, folder) -> None:
    """A proof ends at its time limit and keeps the lines that it has."""
    petit[TESTS] += "\n\ndef test_waits():\n    import time\n\n    time.sleep(600)\n"
    lines = proof(folder(sign(petit)), seconds=8)
    assert lines["within limits"] == (False, "it took longer than 8 seconds")
    assert lines["tests/test_models.py::test_has_a_table"][0] is True
    assert lines["its tests pass"][0] is False


def test_a_test_that_kills_its_process_fails(petit, sign, folder) -> None:
    """A run that ends without its last test is not a pass."""
    petit[TESTS] += "\n\ndef test_leaves():\n    import os\n\n    os._exit(0)\n"
    lines = proof(folder(sign(petit)))
    assert lines["its tests pass"] == (False, "the run ended before its end")


def test_code_that_may_not_run_is_not_run(petit, sign, folder, tmp_path: Path) -> None:
    """A plugin whose sources start processes is refused before any of its code runs."""
    petit[MODELS] += f"\n\nimport subprocess\nsubprocess.run(['touch', {str(tmp_path / 'ran')!r}])\n"
    lines = proof(folder(sign(petit)))
    assert lines["imports only what it declares"][0] is False
    assert lines["its tests pass"] == (False, "not run, because of: imports only what it declares")
    assert not (tmp_path / "ran").exists()


def test_a_plugin_that_does_not_build_is_said(petit, sign, folder) -> None:
    """A wheel that cannot be built is a failed line with the builder's reason."""
    petit["pyproject.toml"] = petit["pyproject.toml"].replace('version = "0.1.0"', 'version = "one"')
    passed, said = proof(folder(sign(petit)))["installs in a fresh environment"]
    assert not passed and "wheel" in said


def test_a_folder_without_plugin_is_refused(tmp_path: Path) -> None:
    """There is nothing to prove in an empty folder."""
    with pytest.raises(Invalid, match="no pyproject.toml"):
        proof(tmp_path)


def test_sweeps_what_killed_processes_left(petit, folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of proofs that are hours old go; a fresh one, which may be another process's, stays."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, fresh = tmp_path / "dihya-proof-old", tmp_path / "dihya-proof-fresh"
    for left in (old, fresh):
        (left / "venv").mkdir(parents=True)
    os.utime(old, (0, 0))
    proof(folder(petit))
    assert not old.exists() and fresh.exists()
