"""One bad plugin is quarantined alone: whatever it does and whenever, the others answer, and everybody names the culprit."""

import threading
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
