"""Bringing a plugin in: what is refused before anything is changed."""

import fcntl
import os
import re
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


@pytest.mark.parametrize(
    ("name", "bearer"),
    [
        ("people", "a command of plugin 'securite'"),
        ("database", "a command of plugin 'db'"),
        ("doctor", "a command of the core"),
        ("core", "the package 'dihya-core'"),
        ("health", "an address of plugin 'wsgi'"),
        ("admin", "a shared role"),
        ("plugins", "a section of dihya.toml"),
        ("securite_token", "the beginning of table"),
        ("db_pool", "the beginning of variable 'DIHYA_DB_POOL"),
    ],
)
def test_a_name_that_the_application_uses_is_refused(house, tmp_path, name, bearer):
    """Before anything is changed; the application itself is asked, so nothing is forgotten. The message says whose it is."""
    text = GOOD.format(requires="", point=f'{name} = "dihya_{name}"').replace("dihya-notes", f"Dihya_{name}")
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(Invalid, match=re.escape(bearer)) as refusal:
        install(tmp_path, house("securite", "wsgi").hooks)
    assert refusal.value.status == 409 and repr(name) in refusal.value.message


def test_another_spelling_of_a_distribution_is_the_same_package(house, tmp_path, monkeypatch):
    """``Dihya_DB`` is ``dihya-db``: an upgrade, and not somebody else's package."""
    from dihya_core import installation

    ran = []
    monkeypatch.setattr(installation, "_run_installer", ran.append)
    monkeypatch.setattr(installation, "_command", lambda house, arguments: '[{"name": "db", "state": "active"}]')
    text = GOOD.format(requires="", point='db = "dihya_db"').replace("dihya-notes", "Dihya_DB")
    (tmp_path / "pyproject.toml").write_text(text)
    assert install(tmp_path, house().hooks) == ("db", "1.2") and ran


def test_a_plugin_that_the_application_refuses_is_taken_out_again(house, tmp_path, monkeypatch):
    """What it registers is only known once it is there: a command of another's, say. The reason is told."""
    from dihya_core import installation

    gone = []
    answer = '[{"name": "notes", "state": "quarantined", "reason": "it registers command \'serve\'"}]'
    monkeypatch.setattr(installation, "_run_installer", lambda folder: None)
    monkeypatch.setattr(installation, "_uninstall", gone.append)
    monkeypatch.setattr(installation, "_command", lambda house, arguments: answer)
    (tmp_path / "pyproject.toml").write_text(GOOD.format(requires="", point='notes = "dihya_notes"'))
    with pytest.raises(Invalid, match="taken out again: quarantined, it registers command 'serve'"):
        install(tmp_path, house().hooks)
    assert gone == ["dihya-notes"]


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
