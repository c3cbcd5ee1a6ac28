"""The proof of a whole plugin: every line of it, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.prover import SandboxProver
from dihya_tests.settings import Settings
from dihya_tests.view import View

MODELS, TESTS = "src/dihya_petit/models.py", "tests/test_models.py"


def proof(folder: Path, **limits) -> dict[str, tuple[bool, str]]:
    """The lines of the proof, by name."""
    return {line.name: (line.passed, line.detail) for line in SandboxProver(Settings()).prove(folder, **limits)}


def written(files: dict[str, str]) -> dict[str, str]:
    """The plugin as if somebody wrote it: without a provenance."""
    return {path: text for path, text in files.items() if path != ".dihya/provenance.json"}


def test_a_good_plugin_is_proven(petit, folder, tmp_path: Path) -> None:
    """Every line passes, each test has its own, the log is kept, and the folder is left as it was."""
    root = folder(petit)
    lines = proof(root, log=tmp_path / "log.txt")
    assert [name for name, (passed, _) in lines.items() if not passed] == []
    assert "tests/test_models.py::test_has_a_table" in lines
    assert next(iter(lines)) == "what runs sees nothing of this machine"
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
        (MODELS, 'impersonal("what it is called", String(80))', "mapped_column(String(80))", "entry point", "petit_things.name"),
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
    assert lines["no network"] == (False, "something tried to reach '192.0.2.1'")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import socket\n    try: socket.create_connection(('192.0.2.1', 80), 1)\n    except OSError: pass", "'192.0.2.1'"),
        ("import socket\n    try: socket.getaddrinfo('example.org', 80)\n    except OSError: pass", "'example.org'"),
        ("import socket\n    try: socket.socket(socket.AF_UNIX).connect('/run/x.sock')\n    except OSError: pass", "'/run/x.sock'"),
        ("import ctypes, struct; c = ctypes.CDLL(None)\n    c.connect(c.socket(2, 1, 0), struct.pack('>HHI8x', 512, 80, 0xC0000201), 16)", "counted by the kernel"),
        ("import subprocess, sys; subprocess.run([sys.executable, '-I', '-S', '-c', 'import socket; socket.socket(2, 2).connect((\\'192.0.2.1\\', 9))'])", "counted by the kernel"),
    ],
)  # fmt: skip
def test_a_swallowed_attempt_is_seen(petit, folder, code: str, said: str) -> None:
    """A test that wants the network and swallows the error passes, and the proof says whom it wanted to reach."""
    petit[TESTS] += f"\n\ndef test_calls_home():\n    {code}\n"
    lines = proof(folder(written(petit)))
    assert lines["tests/test_models.py::test_calls_home"][0] is True
    assert lines["no network"][0] is False and said in lines["no network"][1]


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


BAD = "\n\ndef test_bad():\n    assert False\n"
TAMPER = {
    "ends its process with success": "import atexit, os; os._exit(0)",
    "ends its process at exit": "import atexit, os; atexit.register(os._exit, 0)",
    "swallows every failure": "import _pytest.runner as r; r.CallInfo.from_call = classmethod(lambda c, f, when, reraise=None: c(result=None, excinfo=None, start=0, stop=0, duration=0, when=when, _ispytest=True))",
    "makes every report good": "import _pytest.reports as r; old = r.TestReport.__init__\ndef new(self, nodeid, location, keywords, outcome, longrepr, when, *a, **k): old(self, nodeid, location, keywords, 'passed', None, when, *a, **k)\nr.TestReport.__init__ = new",
    "drops every test but one": "import _pytest.main as m; old = m.Session.perform_collect\ndef new(self, *a, **k):\n    old(self, *a, **k); self.items = [i for i in self.items if 'bad' not in i.name]\n    return self.items\nm.Session.perform_collect = new",
    "writes good lines on every descriptor": "import json, os\nfor n in range(3, 40):\n    try: os.write(n, b''.join(json.dumps({'name': f'tests/test_models.py::{t}', 'passed': True, 'seconds': 0}).encode() + b'\\n' for t in ('test_bad', 'test_has_a_table', 'test_is_installed')) + b'{\"name\": \"end\", \"passed\": true, \"seconds\": 0}\\n')\n    except OSError: pass\nos._exit(0)",
    "takes the assertion away": "import builtins; builtins.AssertionError = type('No', (BaseException,), {})\nimport _pytest.python as p; p.Function.runtest = lambda self: None",
    "removes the witness": "import gc, dihya_tests.witness as w\nfor o in gc.get_objects():\n    if isinstance(o, w.Witness): o.say = lambda *a: None",
}  # fmt: skip


@pytest.mark.parametrize("way", TAMPER)
def test_tests_do_not_change_the_verdict(petit, folder, way: str) -> None:
    """A failing test beside code that bends pytest, the witness or the exit code is no proven plugin."""
    files = written(petit | {TESTS: petit[TESTS] + BAD, "tests/conftest.py": TAMPER[way] + "\n"})
    lines = proof(folder(files))
    assert lines["its tests pass"][0] is False


@pytest.mark.parametrize("name", ["pytest.py", "sitecustomize.py", "dihya_tests/__init__.py", "_pytest/__init__.py", "usercustomize.py"])  # fmt: skip
def test_files_beside_do_not_stand_before_the_judges(petit, folder, name: str) -> None:
    """A module in the project's folder that is named like pytest, the kit or a start-up file is not imported."""
    files = written(petit | {name: "import os\nos._exit(0)\n"})
    assert proof(folder(files))["its tests pass"] == (True, "2 tests")


def test_a_plugin_that_somebody_wrote_is_proven(petit, folder) -> None:
    """Without a provenance, with modules of the standard library and few words in its README, a plugin can pass."""
    petit[MODELS] = petit[MODELS].replace('"""One table."""', '"""One table."""\n\nimport shutil\nimport smtplib\n')
    petit["src/dihya_petit/__init__.py"] += "\n\n@hookimpl\ndef register_egress():\n    return []\n"
    petit["README.md"] = "# dihya-petit\n"
    lines = proof(folder(written(petit)))
    assert [name for name, (passed, _) in lines.items() if not passed] == []
    assert "the provenance is true" not in lines and lines["says whom it talks to"][0]


def test_a_generated_plugin_does_not_escape_by_leaving_its_provenance_out(petit, folder) -> None:
    """Who proves a generation says so, and the missing file is then a flaw."""
    lines = proof(folder(written(petit)), generated=True)
    assert lines["the provenance is true"] == (False, ".dihya/provenance.json: is missing")


class TestWithoutIsolation:
    """Where the kernel does not keep the machine away."""

    @pytest.fixture(autouse=True)
    def _machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(View, "to_be_refused", lambda self: ["/usr/bin/env"])

    def test_a_strangers_code_is_not_run(self, petit, folder) -> None:
        """The first line says what is missing, and the tests are a failed line."""
        lines = proof(folder(petit))
        assert next(iter(lines.items())) == (
            "what runs sees nothing of this machine", (False, "not isolated: files: it could read '/usr/bin/env'"),
        )  # fmt: skip
        assert lines["its tests pass"] == (False, "not run, because of: what runs sees nothing of this machine")

    @pytest.mark.parametrize(
        ("given", "said"), [("accept_unisolated", "was accepted"), ("generated", "wrote the code")]
    )
    def test_it_runs_where_that_was_accepted_or_the_house_wrote_it(self, petit, folder, given: str, said: str) -> None:
        """The first line says that it was not isolated, and why it ran all the same."""
        lines = proof(folder(petit), **{given: True})
        passed, detail = lines["what runs sees nothing of this machine"]
        assert passed and detail.startswith("not isolated") and said in detail
        assert lines["its tests pass"] == (True, "2 tests")


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


def test_sweeps_what_killed_processes_left(petit, folder, tmp_path: Path) -> None:
    """Proofs work below the data folder, closed to others; what a killed process left there goes with the next proof."""
    code = (
        "import os, sys; from pathlib import Path; from dihya_tests import work\n"
        "with work.folder(work.place(Path(sys.argv[1]))) as root: print(root, flush=True); (root / 'personal').touch(); os.kill(os.getpid(), 9)"
    )
    data = tmp_path / "data"
    killed = subprocess.run([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE, text=True)
    left = Path(killed.stdout.strip())
    assert (left / "personal").exists() and left.parent == data / "work"
    assert [path.stat().st_mode & 0o777 for path in (left, left.parent)] == [0o700, 0o700]
    SandboxProver(Settings(), data).prove(folder(petit | {"README.md": ""}))
    assert list((data / "work").iterdir()) == []
