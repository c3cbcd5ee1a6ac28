"""One bad plugin is quarantined alone: whatever it does and whenever, the others answer, and everybody names the culprit."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import click
import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ops import HealthCheck
from dihya_hookspecs.web import Step, public
from flask import Blueprint

SECRET = "hunter2"
HTML = {"Accept": "text/html", "Accept-Language": "en"}


class Own(BaseException):
    """An error that no ``except Exception`` catches."""


def recurse():
    return recurse()


def hang():
    threading.Event().wait()


def leave(error):
    def act():
        raise error(SECRET)

    return act


KINDS = {
    "exit": leave(SystemExit),
    "interrupt": leave(KeyboardInterrupt),
    "own": leave(Own),
    "error": leave(ValueError),
    "recursion": recurse,
    "hang": hang,
}
START = [
    "register_permissions",
    "register_services",
    "register_routes",
    "register_commands",
    "register_health_checks",
    "register_middleware",
    "register_setup",
    "on_startup",
]


def plugin(**functions):
    return SimpleNamespace(**{name: hookimpl(function) for name, function in functions.items()}, __doc__="A plugin.")


def good(name):
    views = Blueprint(name, name)
    views.add_url_rule("/", "index", public("it is a test")(lambda: f"{name} is well"))
    return plugin(register_routes=lambda: views)


@pytest.fixture
def start(make_app):
    """Return a function that starts an application with three good plugins, the console, and the bad one."""

    def make(bad, **core):
        goods = {name: good(name) for name in ("alpha", "kilo", "zulu")}
        given = {"dihya": {"start_seconds": 5, "probe_seconds": 0.5, **core}}
        return make_app("console", "static", "i18n", plugins={**goods, "bad": bad}, config=given)

    return make


def expect_the_others(app):
    answers = [app.client("user").get(f"/{name}/") for name in ("alpha", "kilo", "zulu")]
    assert [(answer.status_code, answer.text) for answer in answers] == [
        (200, f"{name} is well") for name in ("alpha", "kilo", "zulu")
    ]


def line_of(text, name):
    return next(line for line in text.splitlines() if f" {name} " in line or f" {name}:" in line)


def expect_the_culprit(app, caplog, words):
    """``plugins``, ``doctor``, the log and the page name the plugin with these words, and quote no secret."""
    page = app.client("admin").get("/console/plugins", headers=HTML)
    told = {"plugins": app.cli("plugins").output, "doctor": app.cli("doctor").output}
    assert page.status_code == 200
    assert words in line_of(told["plugins"], "bad")
    assert words in line_of(told["doctor"], "plugin bad")
    assert all(f" {name}:" not in told["doctor"] for name in ("plugin alpha", "plugin kilo", "plugin zulu"))
    assert words in page.text.replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")
    assert "plugin 'bad'" in caplog.text
    assert not [name for name, text in {**told, "page": page.text}.items() if SECRET in text]


@pytest.mark.parametrize("moment", START)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_happens_at_the_start_takes_out_that_plugin_alone(start, caplog, kind, moment):
    """It leaves the interpreter, raises or hangs in one moment of the start; the others do not notice."""
    app = start(plugin(**{moment: lambda: KINDS[kind]()}), **({"start_seconds": 0.5} if kind == "hang" else {}))
    expect_the_others(app)
    app.cli("plugins")  # commands are collected when somebody asks for them
    assert app.flask.runtime.plugins["bad"].state == "quarantined"
    assert moment in app.flask.runtime.plugins["bad"].reason
    expect_the_culprit(app, caplog, f"failed in {moment}: ")
    assert app.cli("doctor").exit_code == 1


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"hang"}))
def test_a_hook_that_fails_at_every_request_is_tripped_and_named(start, caplog, kind):
    """A hook that may be left out is left out after five failures."""
    app = start(plugin(on_response=lambda: KINDS[kind]()))
    expect_the_others(app)
    expect_the_others(app)
    assert [info.state for info in app.flask.runtime.all() if info.name == "bad"] == ["tripped"]
    expect_the_culprit(app, caplog, "last in on_response")


@pytest.mark.parametrize("hook", ["find_actor", "check_access", "on_request"])
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"hang"}))
def test_a_guard_that_fails_goes_on_closing_and_is_named(make_app, start, caplog, kind, hook):
    """Whom it guards stays closed, supervisors are answered all the same, and a command names the guard."""
    app = make_app("wsgi", plugins={"bad": plugin(**{hook: lambda: KINDS[kind]()}), "alpha": good("alpha")})
    assert [app.client().get("/alpha/").status_code for _ in range(12)] == [403] * 12
    assert app.client().get("/health/live").json == {"status": "ok"}
    ready = app.client().get("/health/ready")
    assert (ready.status_code, ready.json["plugins"]) == (200, {"bad": "failing"})
    words = f"failing: 12 of the last 12 calls of {hook}"
    for command in ("plugins", "doctor"):
        output = app.cli(command).output
        assert words in output
        assert SECRET not in output
    assert app.cli("doctor").exit_code == 1
    assert f"plugin 'bad' is failing: 1 of the last 1 calls of {hook}" in caplog.text


def test_the_page_names_a_guard_that_fails_now_and_then(start, caplog):
    """Whoever gets in sees which plugin it is."""
    turn = iter(range(1000))

    def check_access():
        if next(turn) % 3 == 0:
            raise ValueError(SECRET)

    app = start(plugin(check_access=check_access))
    for _ in range(6):
        app.client("user").get("/alpha/")
    page = next(
        answer
        for _ in range(4)
        if (answer := app.client("admin").get("/console/plugins", headers=HTML)).status_code == 200
    )
    assert "of check_access" in page.text
    assert SECRET not in page.text


@pytest.mark.parametrize("answer", [42, "text", {"a": 1}])
def test_a_wrong_answer_to_a_request_is_a_named_fault(start, caplog, answer):
    """``on_request`` returns a Response or None; anything else closes the door and says whose answer it was."""
    app = start(plugin(on_request=lambda: answer))
    assert app.client("user").get("/alpha/").status_code == 403
    kind = type(answer).__name__
    assert f"plugin 'bad' answered {kind} to 'on_request'" in caplog.text
    assert "return Response or None" in caplog.text


@pytest.mark.parametrize(
    ("hook", "answer", "words"),
    [
        ("register_routes", "text", "return Blueprint, or a list of them"),
        ("register_commands", print, "return Command, or a list of them"),
        ("register_permissions", {"a": 1}, "return Permission or Role, or a list of them"),
    ],
)
def test_a_wrong_answer_at_the_start_takes_out_that_plugin_alone(start, caplog, hook, answer, words):
    """The reason says what to return instead."""
    app = start(plugin(**{hook: lambda: answer}))
    expect_the_others(app)
    app.cli("plugins")  # commands are collected when somebody asks for them
    expect_the_culprit(app, caplog, words)


@pytest.mark.parametrize("kind", KINDS)
def test_a_health_check_cannot_take_anything_with_it(start, caplog, kind):
    """``doctor`` and the page go on and show it; an optional check makes no exit code 1."""
    checks = [HealthCheck("own", lambda: KINDS[kind](), critical=False), HealthCheck("other", lambda: "well")]
    app = start(plugin(register_health_checks=lambda: checks))
    done = app.cli("doctor")
    assert done.exit_code == 0
    assert "▲ bad: own: " in done.stdout and "✔ bad: other: well" in done.stdout
    assert SECRET not in done.stdout
    page = app.client("admin").get("/console/health", headers=HTML)
    assert page.status_code == 200 and "badge warn" in page.text and SECRET not in page.text
    expect_the_others(app)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"hang"}))
def test_a_view_that_leaves_the_interpreter_is_an_answer_500(start, kind):
    """The next request is answered."""
    views = Blueprint("bad", "bad")
    views.add_url_rule("/", "index", public("it is a test")(lambda: KINDS[kind]()))
    app = start(plugin(register_routes=lambda: views))
    app.flask.testing = False
    assert app.client("user").get("/bad/").status_code == 500
    expect_the_others(app)


def test_middleware_that_fails_is_counted_by_name(start, caplog):
    """A step is watched like a hook."""

    def fail(request):
        raise ValueError(SECRET)

    app = start(plugin(register_middleware=lambda: Step("lamp", "content", before=fail)))
    app.flask.testing = False
    assert app.client("user").get("/alpha/").status_code == 500
    assert "failing: 1 of the last 1 calls of middleware step 'lamp'" in app.cli("plugins").output
    assert "plugin 'bad' is failing" in caplog.text


def test_a_command_that_fails_names_its_plugin(start, tmp_path, monkeypatch):
    """The sentence on the standard error says whose command it was."""

    @click.command()
    def broken():
        recurse()

    app = start(plugin(register_commands=lambda: broken))
    result = app.cli("broken")
    assert isinstance(result.exception, RecursionError)
    assert app.cli("--help").exit_code == 0


# What really lies on the path of Python


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
    """``doctor``, ``serve`` and every command that fails for it ask for ``dihya setup`` instead of showing SQL."""
    done = folder.run("doctor")
    assert done.returncode == 1
    assert "✘ setup: nothing is set up here yet; run 'dihya setup' first" in done.stdout.decode()
    assert "SELECT" not in (done.stdout + done.stderr).decode()
    done = folder.run("serve", "--port", "8123")
    last = done.stderr.decode().strip().splitlines()[-1]
    assert (done.returncode, last) == (1, "error: nothing is set up here yet; run 'dihya setup' first")


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
