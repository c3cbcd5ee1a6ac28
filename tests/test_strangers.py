"""Installed strangers that break, hang, shout or ask for each other: the others run, and the culprit is named."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest


def install(folder, name, code, requires="dihya-hookspecs>=2,<3", points=""):
    (folder / f"dihya_{name}").mkdir()
    (folder / f"dihya_{name}" / "__init__.py").write_text(code)
    info = folder / f"dihya_{name}-1.0.dist-info"
    info.mkdir()
    info.joinpath("METADATA").write_text(
        f"Metadata-Version: 2.1\nName: dihya-{name}\nVersion: 1.0\nRequires-Dist: {requires}\n"
    )
    info.joinpath("entry_points.txt").write_text(f"[dihya.plugins]\n{name} = dihya_{name}\n{points}")


class Folder:
    """A folder with a configuration and strangers' packages on the path."""

    def __init__(self, path):
        self.path, self.packages = path, path / "packages"
        self.packages.mkdir()
        (path / "dihya.toml").write_text(
            "[dihya]\nstart_seconds = 6\n[plugins]\n"
            'enable = ["db", "migrations", "storage", "wsgi", "ghost", "one", "two"]\n'
        )

    @property
    def variables(self):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DIHYA_", "PYTEST"))}
        return {**kept, "PYTHONPATH": str(self.packages), "PYTHONUNBUFFERED": "1"}

    def command(self, *arguments):
        return [sys.executable, "-c", "from dihya_core.cli.main import main; main()", *arguments]

    def run(self, *arguments, **variables):
        return subprocess.run(
            self.command(*arguments),
            cwd=self.path,
            env={**self.variables, **variables},
            capture_output=True,
            timeout=120,
        )


@pytest.fixture
def folder(tmp_path):
    """A folder in which ``dihya`` runs with strangers' packages."""
    return Folder(tmp_path)


def states(folder, *options):
    done = folder.run(*options, "plugins", "--json")
    assert done.returncode == 0, done.stderr.decode()
    return {item["name"]: (item["state"], item["reason"]) for item in json.loads(done.stdout)}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit(3)", "tried to end the process with SystemExit"),
        ("raise KeyboardInterrupt", "tried to end the process with KeyboardInterrupt"),
        ("class Own(BaseException): ...\nraise Own", "tried to end the process with Own"),
        ("def f(): f()\nf()", "RecursionError"),
        ("while True: pass", "hangs: no answer after 6 s"),
        ("import time; time.sleep(1000)", "hangs: no answer after 6 s"),
        ("raise ValueError('hunter2')", "ValueError at "),
    ],
)
def test_a_stranger_that_breaks_at_import_is_quarantined_by_name(folder, code, words):
    """``plugins`` and ``doctor`` work and say type and place."""
    install(folder.packages, "ghost", code)
    found = states(folder)
    assert (found["ghost"][0], words in found["ghost"][1], "hunter2" in found["ghost"][1]) == (
        "quarantined",
        True,
        False,
    )
    assert found["storage"][0] == "active"
    done = folder.run("doctor")
    assert f"✘ plugin ghost: quarantined: cannot be imported: {words}" in done.stdout.decode()
    assert done.returncode == 1


def test_what_a_stranger_prints_does_not_spoil_json(folder):
    """A greeting at import, in a hook or at boot goes to the standard error."""
    install(
        folder.packages,
        "ghost",
        "from dihya_hookspecs import hookimpl\nprint('welcome')\n"
        "@hookimpl\ndef register_permissions(): print('hello')\n@hookimpl\ndef on_startup(): print('good day')\n",
    )
    assert states(folder)["ghost"][0] == "active"
    for command, words in {"plugins": (b"welcome", b"hello"), "doctor": (b"welcome", b"hello", b"good day")}.items():
        done = folder.run(command, "--json")
        assert json.loads(done.stdout)
        assert all(word in done.stderr for word in words)


def test_two_strangers_that_require_each_other_stop_nobody(folder):
    """Both are quarantined with the path of the circle; every command goes on."""
    install(folder.packages, "one", "", points="[dihya.after]\ntwo = dihya_one\n")
    install(folder.packages, "two", "", points="[dihya.after]\none = dihya_two\n")
    found = states(folder)
    assert [found[name][0] for name in ("one", "two", "db")] == ["quarantined", "quarantined", "active"]
    assert "waits in a circle: one → two → one" in found["one"][1]


def test_a_stranger_without_a_required_setting_stops_nobody(folder):
    """Its section lacks a key; ``config check`` says so with exit code 1, everything else goes on without it."""
    install(folder.packages, "ghost", "")
    (folder.packages / "dihya_ghost" / "settings.py").write_text(
        "from pydantic import BaseModel\nclass Settings(BaseModel):\n    key: str\n"
    )
    assert states(folder)["ghost"] == (
        "quarantined",
        "its settings are wrong: [ghost]: ghost.key: expected a value, got none; set it in [ghost] or as DIHYA_GHOST_KEY",
    )
    done = folder.run("config", "check")
    assert (done.returncode, b"ghost.key: expected a value" in done.stderr) == (1, True)


def test_a_plugin_that_is_gone_stops_nothing_and_can_be_taken_off_the_list(folder):
    """It was switched off, then uninstalled; its section is still there."""
    with (folder.path / "dihya.toml").open("a") as file:
        file.write('disable = ["clubx"]\nrequired = ["clubx"]\n[clubx]\ncolour = "red"\n')
    done = folder.run("plugins")
    assert done.returncode == 0
    assert done.stderr.decode().count("'clubx', which is not installed") == 3
    assert folder.run("plugins", "enable", "clubx").returncode == 0
    assert "disable = []" in (folder.path / "dihya.toml").read_text()


def test_without_setup_one_sentence_says_so(folder):
    """``doctor`` and ``serve`` ask for ``dihya setup`` instead of showing SQL."""
    done = folder.run("doctor")
    assert done.returncode == 1
    assert "✘ setup: nothing is set up here yet; run 'dihya setup' first" in done.stdout.decode()
    assert "SELECT" not in (done.stdout + done.stderr).decode()
    done = folder.run("serve", "--port", "8123")
    last = done.stderr.decode().strip().splitlines()[-1]
    assert (done.returncode, last) == (1, "error: nothing is set up here yet; run 'dihya setup' first")


@pytest.mark.parametrize("command", ["people list", "audit verify", "rgpd find a@example.org", "db history", "plugins"])
def test_a_command_without_setup_shows_no_statement(tmp_path, command):
    """Whichever needs tables says what to do, and blames nobody."""
    (tmp_path / "dihya.toml").write_text("[models]\nembedded = false\n")
    code = "from dihya_core.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *command.split()], cwd=tmp_path, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert not any(word in said for word in ("SELECT", "Traceback", " failing:")), said
    assert done.returncode == 0 or said.strip().endswith("run 'dihya setup' first"), said


def test_without_setup_an_error_of_another_cause_is_told_as_it_is(folder):
    """What set-up would not mend does not send people there: the plugin and the error are named."""
    install(
        folder.packages,
        "ghost",
        "import click\nfrom dihya_hookspecs import hookimpl\n"
        "@click.command()\ndef ghost(): 'é'.encode('ascii')\n@hookimpl\ndef register_commands(): return ghost\n",
    )
    done = folder.run("ghost")
    last = done.stderr.decode().strip().splitlines()[-1]
    assert (done.returncode, last.partition(":")[0], "setup" in last) == (1, "error", False)
    assert "plugin 'ghost' failed: unexpected UnicodeEncodeError" in last


@pytest.mark.parametrize("encoding", ["iso-8859-15", "cp1252", "ascii"])
def test_a_terminal_that_is_not_utf8_is_answered(folder, encoding):
    """What it cannot show is a question mark."""
    assert folder.run("plugins", PYTHONIOENCODING=encoding).returncode == 0
    assert b"python" in folder.run("doctor", PYTHONIOENCODING=encoding).stdout


def test_serve_works_beside_strangers_that_leave_hang_and_close(folder):
    """One exits at import, one hangs at boot, and one refuses everybody: the address answers, and the log names them."""
    assert folder.run("setup").returncode == 0
    install(folder.packages, "ghost", "import sys; sys.exit(3)")
    boot = "from dihya_hookspecs import hookimpl\nimport time\n@hookimpl\ndef on_startup(): time.sleep(1000)\n"
    install(folder.packages, "one", boot)
    guard = (
        "from dihya_hookspecs import hookimpl\nfrom dihya_hookspecs.web import public\nfrom flask import Blueprint\n"
        "@hookimpl\ndef check_access(): raise ValueError('hunter2')\n"
        "@hookimpl\ndef register_routes():\n    views = Blueprint('two', 'two')\n"
        "    views.add_url_rule('/', 'index', public('it is a test')(lambda: 'in'))\n    return views\n"
    )
    install(folder.packages, "two", guard)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder.path / "log").open("wb") as log:
        server = subprocess.Popen(
            folder.command("serve", "--port", str(port)), cwd=folder.path, env=folder.variables,
            stdout=subprocess.PIPE, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        assert b"Dihya is at" in server.stdout.readline() + server.stdout.readline(), (folder.path / "log").read_text()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=10) as answer:
            assert answer.status == 200
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/two/", timeout=10)
        said = (folder.path / "log").read_text()
        assert "plugin 'ghost' is quarantined: cannot be imported: tried to end the process with SystemExit" in said
        assert "plugin 'one' is quarantined: failed in on_startup: hangs: no answer after 6 s" in said
        assert "plugin 'two' is failing: 1 of the last 1 calls of check_access" in said
        wait_for(lambda: "failing: 1 of the last 1 calls of check_access" in folder.run("plugins").stdout.decode())
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
        server.stdout.close()


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_a_table_that_cannot_be_joined_takes_no_other_table_with_it(folder):
    """SQLAlchemy refuses every query as long as one relationship leads nowhere; only its plugin is taken out."""
    install(folder.packages, "ghost", "")
    (folder.packages / "dihya_ghost" / "models.py").write_text(
        "from dihya_hookspecs.data import Record\nfrom sqlalchemy.orm import relationship\n"
        "class Ghost(Record):\n    __tablename__ = 'ghost_things'\n    other = relationship('Nowhere')\n"
    )
    assert folder.run("setup").returncode == 0
    found = states(folder)["ghost"]
    assert found[0] == "quarantined" and "its tables cannot be joined: InvalidRequestError" in found[1]
    done = folder.run("doctor")
    assert "✔ storage" in done.stdout.decode()


def test_a_column_that_says_nothing_quarantines_its_plugin_by_name(folder):
    """The reason names table and column and says what to write."""
    install(folder.packages, "ghost", "")
    (folder.packages / "dihya_ghost" / "models.py").write_text(
        "from dihya_hookspecs.data import Record\nfrom sqlalchemy import Text\nfrom sqlalchemy.orm import mapped_column\n"
        "class Ghost(Record):\n    __tablename__ = 'ghost_things'\n    text = mapped_column(Text)\n"
    )
    found = states(folder)["ghost"]
    assert found[0] == "quarantined"
    assert "column ghost_things.text does not say whether it is about a person" in found[1]
