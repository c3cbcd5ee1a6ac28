"""The guard inside Python: connections that would leave this machine are refused.

An audit hook stays for the life of its process, so that every test here imports the guard in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


def guarded(code: str) -> str:
    """Run *code* after the guard was imported, in a process of its own; what it says on both streams."""
    done = subprocess.run(
        [sys.executable, "-c", f"import dihya_tests.offline as offline, socket\n{code}"],
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    ],
)
def test_refuses_other_machines(code: str) -> None:
    """Connections, datagrams and name look-ups are refused with a sentence."""
    assert "a proof runs without network" in guarded(code)


def test_allows_this_machine() -> None:
    """The loopback stays open."""
    code = "a = socket.create_server(('127.0.0.1', 0)); socket.create_connection(a.getsockname(), 1); print('met')"
    assert "met" in guarded(code)


def test_a_number_is_looked_up_without_asking_anybody() -> None:
    """A server that is to listen on an address of another machine hears so from the kernel, and no packet leaves."""
    assert "192.0.2.1" in guarded("print(socket.getaddrinfo('192.0.2.1', 80))")


def test_ignores_other_events() -> None:
    """Only the network is looked at."""
    assert guarded("print(offline.refuse('open', ('/etc/hosts',)))") == "None\n"


def test_knows_this_machine() -> None:
    """Names that only look like this machine are not."""
    ours = ["127.0.0.9", "::1", "0.0.0.0", "localhost", "/tmp", ""]  # noqa: S104 - compared with, not bound to
    others = ["127.evil.example", "localhost.evil.example", "192.0.2.1", "/run/of/the/machine.sock"]
    assert guarded(f"print([offline.is_local(host) for host in {ours + others}])") == f"{[True] * 6 + [False] * 4}\n"


def test_tells_whom_the_code_wanted_to_reach() -> None:
    """The target is written on the pipe of the proof, although the code swallows the refusal."""
    told, tells = os.pipe()
    code = (
        "import dihya_tests.offline, socket\ntry: socket.create_connection(('192.0.2.7', 80), 1)\nexcept OSError: pass"
    )
    env = {**os.environ, "PROOF_PIPE": str(tells)}
    subprocess.run([sys.executable, "-c", code], env=env, pass_fds=(tells,), check=True, timeout=30)
    os.close(tells)
    with open(told) as file:
        assert [(line["name"], line["detail"]) for line in map(json.loads, file)] == [("refused", "192.0.2.7")]


def test_the_tests_themselves_are_not_guarded() -> None:
    """No test has let the guard into this process, where it would refuse what later tests do."""
    assert "dihya_tests.offline" not in sys.modules
