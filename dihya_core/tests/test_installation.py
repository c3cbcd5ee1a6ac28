"""Bringing a plugin in: what is refused before anything is changed."""

import fcntl
import os
import re
import signal

import pytest
from dihya_core.install.installation import PID_FILE, install, reload_server, resume, uninstall
from dihya_core.install.swap import alone
from dihya_hookspecs import DihyaError, Invalid

PYPROJECT = """[project]
name = "dihya-{name}"
version = "1.2"
[project.entry-points."dihya.plugins"]
{name} = "dihya_{name}"
[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes the folder of a plugin of a name."""

    def make(name):
        package = tmp_path / name / "src" / f"dihya_{name}"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(f'"""{name}."""\n')
        (tmp_path / name / "pyproject.toml").write_text(PYPROJECT.format(name=name))
        return tmp_path / name

    return make


@pytest.mark.parametrize(
    ("name", "bearer"),
    [
        ("dpo", "a shared role"),
        ("people", "a command of plugin 'securite'"),
        ("serve", "a command of plugin 'wsgi'"),
        ("doctor", "a command of the core"),
        ("health", "an address of plugin 'wsgi'"),
        ("plugins", "a section of dihya.toml"),
        ("db_pool", "the beginning of variable 'DIHYA_DB_POOL"),
        ("core", "the name 'core' is taken by dihya-core, which is another package"),
        ("hookspecs", "the name 'hookspecs' is taken by dihya-hookspecs, which is another package"),
    ],
)
def test_a_name_that_the_application_uses_is_refused(make_app, folder, name, bearer):
    """Before anything is changed; the application itself is asked, so nothing is forgotten. The message says whose it is."""
    with pytest.raises(Invalid, match=re.escape(bearer)) as refusal:
        install(folder(name), make_app("securite", "wsgi").hooks)
    assert refusal.value.status == 409 and repr(name) in refusal.value.message


def test_whoever_does_not_agree_stops_before_anything_runs(make_app, folder):
    """The code is looked through by then, and nothing is in the environment."""
    app = make_app()
    told = []

    def refuse(parcel):
        told.append((parcel.name, parcel.generated))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install(folder("notes"), app.hooks, agree=refuse)
    assert told == [("notes", False)] and not resume(app.hooks)


def test_two_installations_at_a_time_are_one_too_many(make_app, folder):
    """The second is told, and changes nothing."""
    app = make_app()
    with alone(app.hooks.data), pytest.raises(Invalid, match="another installation is under way"):
        install(folder("notes"), app.hooks)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "no plugin 'nothing' is installed"),
        ("db", "cannot be switched off here: without it there is no database"),
    ],
)
def test_what_everything_stands_on_is_not_uninstalled(make_app, name, words):
    """Nor what is not there."""
    with pytest.raises(DihyaError, match=words):
        uninstall(name, make_app("migrations", "audit").hooks)


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
