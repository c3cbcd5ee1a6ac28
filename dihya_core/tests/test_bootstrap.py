"""The script that a fresh machine runs: standard library only, and nothing twice."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from dihya_core import bootstrap


def test_it_needs_nothing_but_the_standard_library():
    """A fresh machine has nothing else."""
    tree = ast.parse(Path(bootstrap.__file__).read_text("utf-8"))
    names = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one package, an environment that is made already, and a record of what would be run."""
    (tmp_path / "hookspecs").mkdir()
    (tmp_path / "dihya_core").mkdir()
    for folder in ("", "hookspecs", "dihya_core"):
        (tmp_path / folder / "pyproject.toml").write_text('[dependency-groups]\ndev = ["pytest"]\n')
    (tmp_path / "constraints.txt").write_text("uv==1.2.3\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    ran = []
    for name, value in {
        "ROOT": tmp_path,
        "ENVIRONMENT": tmp_path / ".venv",
        "PYTHON": tmp_path / ".venv/bin/python",
        "UV": tmp_path / ".venv/bin/uv",
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    monkeypatch.setattr(bootstrap, "_make_environment", lambda: None)
    monkeypatch.setattr(bootstrap, "_run", lambda command: ran.append(command))
    return tmp_path, ran


def test_the_second_run_does_nothing(checkout):
    """Until a file that decides on the packages changes."""
    folder, ran = checkout
    assert bootstrap.main(["dev"]) == 0
    count = len(ran)
    assert bootstrap.main(["dev"]) == 0
    assert bootstrap.main([]) == 0
    assert len(ran) == count
    (folder / "constraints.txt").write_text("uv==1.2.4\n")
    bootstrap.main([])
    assert len(ran) > count


def test_a_terminal_that_is_not_utf8_is_answered():
    """What it cannot show is a question mark, and the environment is made all the same."""
    code = f"import runpy, sys; sys.argv = ['x']; m = runpy.run_path({bootstrap.__file__!r}, run_name='x'); "
    code += "m['main'].__globals__['_fingerprint'] = lambda groups: 'other'; "
    code += "m['main'].__globals__['_make_environment'] = lambda: 'no room'; m['main']([])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONIOENCODING": "iso-8859-15"}, capture_output=True, check=False
    )
    assert (done.returncode, b"virtual environment ? failed" in done.stdout) == (0, True), done.stderr


def test_everything_is_pinned(checkout):
    """The installer too."""
    _, ran = checkout
    bootstrap.main(["dev"])
    assert ran[0][-1] == "uv==1.2.3"
    assert "--constraint" in ran[1]
    assert ran[1][-1] == "pytest"


def test_a_failed_step_is_one_message(checkout, monkeypatch, capsys):
    """And exit code 1; the next run tries again."""
    monkeypatch.setattr(bootstrap, "_run", lambda command: "no index in reach")
    assert bootstrap.main([]) == 1
    assert "error: no index in reach" in capsys.readouterr().err
