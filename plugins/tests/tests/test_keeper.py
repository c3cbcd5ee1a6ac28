"""The process that keeps a trial: what it believes of it, and how it says that it ended."""

from __future__ import annotations

import json
import os
import sys

import psutil
import pytest
from dihya_tests.sandbox import Ending
from dihya_tests.trying import keeper

HELD = {"files": ""}


def ending(**given) -> Ending:
    """An end of a run that was isolated."""
    return Ending(**{"code": 1, "stopped": "", "seconds": 1.0, "peak_mb": 100.0, "facets": HELD, **given})


@pytest.mark.parametrize(
    ("given", "over", "why"),
    [
        ({"stopped": "it took longer than 3600 seconds"}, True, "time"),
        ({"stopped": "it used more than 500 MB of memory"}, False, "memory"),
        ({"missing": "user namespaces are closed", "facets": {}}, False, "not isolated"),
        ({"facets": {"network": "reach"}}, False, "not isolated"),
        ({}, False, "failed"),
    ],
)
def test_the_reason_is_the_true_one(tmp_path, given, over, why) -> None:
    """Time, memory, an open sandbox and a program that ended by itself are told apart."""
    assert keeper._told(ending(**given), over, tmp_path / "none")[0] == why


def test_the_last_line_says_why_it_failed(tmp_path) -> None:
    """Of a long trace people are shown the line that names the error."""
    log = tmp_path / "log.txt"
    log.write_text("Traceback\n  File\nKeyError: 'x'\n\n")
    assert keeper._told(ending(), False, log) == ("failed", "KeyError: 'x'")


@pytest.mark.parametrize(
    "said",
    [[], {}, "x", 1, None, [["a", "b"]], [["a", "b", "c" * 101]], [[1, 2, 3]], [["a", "b", "c"]] * 51, ["abc"] * 60],
)
def test_strange_roles_are_not_believed(said) -> None:
    """A stranger's program names its roles: what is too long, too many or no text is none."""
    with pytest.raises((ValueError, TypeError)):
        keeper._roles(json.dumps(said).encode())


def test_roles_have_titles_in_both_languages() -> None:
    """What a trial says well is taken as it is."""
    (role,) = keeper._roles(json.dumps([["club:secretary", "Secretary", "Secrétaire"]]).encode())
    assert (role.name, role.title.fr) == ("club:secretary", "Secrétaire")


def test_a_number_that_another_process_has_by_now_is_no_server() -> None:
    """The server is known by its number and by when it began."""
    own = psutil.Process()
    assert keeper._lives(own.pid, own.create_time())
    assert not keeper._lives(own.pid, own.create_time() - 60)


def test_a_server_that_is_gone_lives_no_more() -> None:
    """Whoever was killed before anybody looked is seen to be gone, also while nobody has taken notice of its end."""
    server = psutil.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    begun = server.create_time()
    server.kill()
    os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)
    assert not keeper._lives(server.pid, begun)
    server.wait()
    assert not keeper._lives(server.pid, begun)
