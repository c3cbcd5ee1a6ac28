"""Bringing a plugin in: what is refused before anything is changed."""

import fcntl
import os
import signal

import pytest
from dihya_core.installation import PID_FILE, install, reload_server
from dihya_hookspecs import Invalid

GOOD = """[project]
name = "dihya-notes"
version = "1.2"
dependencies = [{requires}]
[project.entry-points."dihya.plugins"]
{point}
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no pyproject.toml in"),
        ("[project", "cannot be read"),
        ("[tool.x]\n", "no \\[project\\] with a name"),
        ('[project]\nname = "x"\n', "declares 0 entry points"),
        (GOOD.format(requires="", point='notes = "other"'), "is not a name such as 'notes'"),
        (GOOD.format(requires="", point='Not-es = "dihya_Not-es"'), "is not a name such as 'notes'"),
        (
            GOOD.format(requires='"no-such-package>=1"', point='notes = "dihya_notes"'),
            "missing in this environment: no-such-package>=1",
        ),
        (
            GOOD.format(requires='"flask>=99"', point='notes = "dihya_notes"'),
            "missing in this environment: flask>=99 \\(there is",
        ),
        (GOOD.format(requires="", point='db = "dihya_db"'), "the name 'db' is taken by dihya-db"),
    ],
)
def test_what_cannot_be_installed_is_refused(house, tmp_path, text, words):
    """With one message that says why."""
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(Invalid, match=words):
        install(tmp_path, house().hooks)


@pytest.fixture
def heard(monkeypatch):
    """What this process hears in place of a reload."""
    said = []
    monkeypatch.setattr(signal, "SIGHUP", signal.SIGUSR1)
    before = signal.signal(signal.SIGUSR1, lambda *_: said.append("reload"))
    yield said
    signal.signal(signal.SIGUSR1, before)


def test_a_running_server_is_asked_to_reload(tmp_path, heard):
    """Through the file that it holds a lock on."""
    with (tmp_path / PID_FILE).open("w+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(str(os.getpid()))
        held.flush()
        assert reload_server(tmp_path)
    assert heard == ["reload"]


def test_a_stale_number_hits_nobody(tmp_path, heard):
    """The lock is gone with its process; the number may be anybody's by now."""
    assert not reload_server(tmp_path)
    (tmp_path / PID_FILE).write_text(str(os.getpid()))
    assert not reload_server(tmp_path)
    assert heard == []
