"""The sandbox: what a command may not do, and what is left of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from dihya_tests.sandbox import Ending, Limits, run
from dihya_tests.view import View


@pytest.fixture
def python(tmp_path: Path):
    """Runs a line of Python in the sandbox; gives how it ended and what it said."""
    work = tmp_path / "work"
    work.mkdir()

    def start(code: str, **limits: float) -> tuple[Ending, str]:
        log = tmp_path / "log.txt"
        ending = run(
            [sys.executable, "-c", code], cwd=work, env={"PATH": "/usr/bin:/bin"}, limits=Limits(**limits), log=log
        )
        return ending, log.read_text()

    return start


def test_passes_output_and_exit_code(python) -> None:
    """What a command prints is kept, and its exit code returned."""
    ending, said = python("import sys; print('bonjour'); print('oh', file=sys.stderr); sys.exit(3)")
    assert (ending.code, ending.stopped) == (3, "")
    assert "bonjour" in said and "oh" in said


def test_reaches_no_other_machine(python) -> None:
    """A connection to another machine fails, even without the guard inside Python."""
    code = "import socket; s = socket.socket(); s.settimeout(2); s.connect(('192.0.2.1', 80))"
    ending, said = python(code)
    assert ending.code == 1
    assert "unreachable" in said
    assert ending.attempts == 1


def test_is_handed_an_open_file_and_no_other(tmp_path: Path) -> None:
    """A socket that listens outside is answered from inside, by its number; what was not handed over is not there."""
    work, log = tmp_path / "work", tmp_path / "log.txt"
    work.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_server(("127.0.0.1", 0)) as other:
        for one in (door, other):
            os.set_inheritable(one.fileno(), True)
        code = f"""
import os, socket
try:
    os.fstat({other.fileno()})
except OSError:
    with socket.socket(fileno={door.fileno()}) as door:
        door.accept()[0].sendall(b"from inside")
"""
        with ThreadPoolExecutor(1) as pool:
            ending = pool.submit(
                run, [sys.executable, "-c", code], cwd=work, env={"PATH": "/usr/bin:/bin"}, limits=Limits(seconds=20), log=log,
                handed=(door.fileno(),),
            )  # fmt: skip
            with socket.create_connection(door.getsockname(), timeout=20) as line:
                assert line.recv(100) == b"from inside"
    assert ending.result().isolated


def test_may_talk_to_itself(python) -> None:
    """The loopback works, for tests that start a server of their own."""
    code = "import socket; a = socket.create_server(('127.0.0.1', 0)); socket.create_connection(a.getsockname()); print('met')"
    assert "met" in python(code)[1]


def test_stops_at_the_time_limit(python) -> None:
    """A command that does not end is ended, with everything that it started."""
    code = "import subprocess, time; p = subprocess.Popen(['sleep', '987654'], start_new_session=True); time.sleep(60)"
    start = time.monotonic()
    ending, _ = python(code, seconds=1.5)
    assert "longer than 1.5 seconds" in ending.stopped
    assert time.monotonic() - start < 20
    assert not [p for p in psutil.process_iter(["cmdline"]) if "987654" in (p.info["cmdline"] or ())]


def test_leaves_nothing_behind(python) -> None:
    """What a command left running in the background ends with it."""
    ending, _ = python("import subprocess; subprocess.Popen(['sleep', '987653'], start_new_session=True)")
    assert ending.code == 0
    left = [p for p in psutil.process_iter(["cmdline"]) if "987653" in (p.info["cmdline"] or ())]
    assert ending.isolated and not left


def test_stops_at_the_memory_limit(python) -> None:
    """A command that takes too much memory is ended."""
    code = "import time, os; [os.fork() for _ in range(2)]; x = bytearray(90 << 20); time.sleep(60)"
    ending, _ = python(code, memory_mb=150, seconds=30)
    assert "more than 150 MB" in ending.stopped


def test_one_process_cannot_take_twice_the_memory(python) -> None:
    """The kernel refuses at once what a watch ten times a second would see too late."""
    ending, said = python("x = bytearray(400 << 20)", memory_mb=150, seconds=30)
    assert ending.code == 1 and "MemoryError" in said


def test_cannot_write_a_large_file(python) -> None:
    """A file larger than the limit cannot be written."""
    ending, said = python("open('x', 'wb').write(bytes(3 << 20))", file_mb=1)
    assert ending.code != 0 and "too large" in said


def test_caps_the_log(python) -> None:
    """Output beyond the limit is dropped, and that is said; the command does not block on it."""
    ending, said = python("print('x' * 300_000)", log_kb=16)
    assert ending.code == 0
    assert len(said) < 17_000 and "the log ends here" in said


def test_hides_the_environment_and_the_input(python, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables of the running application are not seen, and standard input is empty."""
    monkeypatch.setitem(os.environ, "DIHYA_SECRET", "geheim")
    _, said = python("import os, sys; print(sorted(os.environ), repr(sys.stdin.read()))")
    assert "DIHYA" not in said and "''" in said


def test_shows_a_copy_of_the_folder(python, tmp_path: Path) -> None:
    """What a command changes in its folder is its own copy, which goes with it."""
    (tmp_path / "work" / "note").write_text("mine")
    ending, said = python("print(open('note').read()); open('note', 'w').write('changed')")
    assert ending.code == 0 and "mine" in said
    assert (tmp_path / "work" / "note").read_text() == "mine"


def test_runs_nothing_where_it_is_not_isolated(python, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the machine that could be read from inside keeps the command from running, and is named."""
    monkeypatch.setattr(View, "to_be_refused", lambda self: ["/usr/bin/env"])
    ending, said = python("print('ran')")
    assert (ending.isolated, ending.code, said) == (False, 125, "")
    assert ending.open == "files: it could read '/usr/bin/env'"


def test_hands_over_what_was_said_on_the_pipe(python) -> None:
    """What a command writes on the pipe of its environment is part of the ending."""
    ending, _ = python("import os; os.write(int(os.environ['PROOF_PIPE']), b'seen')")
    assert ending.witness == "seen"


def test_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """When the server is killed, everything in the sandbox ends with it."""
    (tmp_path / "work").mkdir()
    code = (
        "import sys; from pathlib import Path; from dihya_tests.sandbox import Limits, run\n"
        "work = Path(sys.argv[1]) / 'work'; command = ['/bin/sh', '-c', 'sleep 987652 & sleep 987652']\n"
        "run(command, cwd=work, env={'PATH': '/usr/bin:/bin'}, limits=Limits(), log=work.parent / 'log')"
    )
    server = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)])
    assert _until(lambda: len(_sleeping()) == 2)
    server.kill()
    server.wait()
    assert _until(lambda: not _sleeping())


def _sleeping() -> list[psutil.Process]:
    return [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "987652"]]


def _until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def test_closes_nothing_that_is_not_its_own(python, monkeypatch: pytest.MonkeyPatch) -> None:
    """No number is closed that has been closed before: by then it may be another thread's socket, or its database."""
    twice, close = [], os.close

    def watched(number: int) -> None:
        try:
            close(number)
        except OSError:
            twice.append(number)
            raise

    monkeypatch.setattr(os, "close", watched)
    assert python("print('bonjour')")[0].code == 0
    assert twice == []
