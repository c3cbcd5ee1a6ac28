"""The life of an application: each step once, in its order, and for whoever needs it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_core.access import AccessRules
from dihya_core.cli.main import CommandContext, dihya
from dihya_core.data.acts import RuntimeActs
from dihya_core.lifecycle import gather
from dihya_core.loading.loader import build
from dihya_hookspecs import Invalid, NotFound, hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.generation import Template
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import public, requires
from flask import Blueprint

from dihya_core import create_app

MOMENTS = ("before_serving", "on_startup", "on_command", "on_shutdown")


@pytest.fixture
def ear():
    """A plugin that notes each moment that it hears of, and whether it is about serving."""
    heard = []

    def note(moment):
        def implementation(app_info):
            heard.append((moment, app_info.serving))

        return hookimpl(implementation)

    return SimpleNamespace(**{moment: note(moment) for moment in MOMENTS}, heard=heard)


@pytest.fixture
def loaded(tmp_path):
    """Return a function that loads these plugins alone; it returns the runtime and its acts."""

    def load(**plugins):
        runtime = build(only=[], plugins=plugins, given={"dihya": {"data": str(tmp_path)}}, environ={})
        return runtime, RuntimeActs(runtime, AccessRules(runtime))

    return load


def failing(moment, error, page=False):
    """Return a plugin that fails in one moment, and may have a page."""

    def implementation(app_info):
        raise error

    views = Blueprint("bad", "bad")
    views.add_url_rule("/", "index", public("a test")(lambda: "bad answers"))
    return SimpleNamespace(**{moment: hookimpl(implementation)}, **({"BLUEPRINTS": views} if page else {}))


@pytest.mark.parametrize(("serving", "data"), [(True, "one"), (False, "two")])
def test_an_application_that_answers_is_started(ear, tmp_path, serving, data):
    """In a server and in a test alike, what must be true comes before what runs beside."""
    given = {"dihya": {"data": str(tmp_path / data)}}
    app = create_app(only=[], plugins={"ear": ear}, given=given, environ={}, serving=serving)
    assert app.runtime.phase == "started"
    app.runtime.stop(app.acts)
    assert ear.heard == [("before_serving", serving), ("on_startup", serving), ("on_shutdown", serving)]


def test_a_command_of_a_plugin_does_no_work_of_a_server(ear, loaded):
    """Only on_command and on_shutdown are called, whatever the command."""
    import click
    from click.testing import CliRunner

    ear.COMMANDS = click.Command("listen", callback=lambda: click.echo("heard"))
    runtime, acts = loaded(ear=ear)
    done = CliRunner().invoke(dihya, ["listen"], obj=CommandContext(built=runtime, given_acts=acts))
    assert done.stdout == "heard\n"
    assert ear.heard == [("on_command", False), ("on_shutdown", False)]


@pytest.mark.parametrize("command", [["plugins"], ["plan"], ["config", "check"], ["--help"]])
def test_a_command_of_the_core_starts_nothing(ear, loaded, command):
    """Listing and explaining work on what is loaded."""
    from click.testing import CliRunner

    runtime, acts = loaded(ear=ear)
    assert CliRunner().invoke(dihya, command, obj=CommandContext(built=runtime, given_acts=acts)).exit_code == 0
    assert ear.heard == []


def test_the_doctor_starts_what_a_server_would_start(ear, loaded):
    """What would fail at the start is found, and what was started is stopped."""
    from click.testing import CliRunner

    runtime, acts = loaded(ear=ear, bad=failing("on_startup", ValueError("no")))
    done = CliRunner().invoke(dihya, ["doctor"], obj=CommandContext(built=runtime, given_acts=acts))
    assert "plugin bad: quarantined: failed in on_startup: ValueError" in done.stdout
    assert [moment for moment, _ in ear.heard] == ["before_serving", "on_startup", "on_shutdown"]


def viewing(view):
    """Return what answers ``register_routes`` with one view."""

    def register_routes():
        views = Blueprint("bad", "bad")
        views.add_url_rule("/", "index", view)
        return views

    return register_routes


def permitting():
    return Permission("old:read", Text("read", "lire"), ("guest",))


def commanding():
    import click

    return click.Command("doctor")


@pytest.mark.parametrize(
    ("hook", "answer", "words"),
    [
        ("register_routes", viewing(lambda: "x"), "view 'bad.index' says neither @requires nor @public"),
        ("register_routes", viewing(requires("bad:read")(lambda: "x")), "view 'bad.index' requires 'bad:read'"),
        ("register_permissions", permitting, "permission 'old:read', which is for plugin 'old' to name"),
        ("register_commands", commanding, "command 'doctor', which is the core's"),
    ],
)
@pytest.mark.parametrize("command", ["doctor", "plugins"])
def test_what_a_server_would_leave_out_is_said_beforehand(loaded, command, hook, answer, words):
    """The application is built as a server builds it, and the plugin is named with the reason."""
    from click.testing import CliRunner

    runtime, acts = loaded(bad=SimpleNamespace(**{hook: hookimpl(specname=hook)(answer)}))
    done = CliRunner().invoke(dihya, [command], obj=CommandContext(built=runtime, given_acts=acts))
    said = [line for line in done.stdout.splitlines() if "bad" in line.partition(":")[0].split()[:3]]
    assert len(said) == 1 and said[0].startswith("✘") and "quarantined" in said[0] and words in said[0], done.stdout


def test_a_command_inside_of_a_running_application_leaves_it_running(ear, loaded):
    """The kit runs commands so: nothing is started twice or stopped too early."""
    import click
    from click.testing import CliRunner

    ear.COMMANDS = click.Command("listen", callback=lambda: None)
    runtime, acts = loaded(ear=ear)
    app = create_app(runtime=runtime, acts=acts)
    CliRunner().invoke(dihya, ["listen"], obj=CommandContext(built=runtime, given_acts=acts, mounted=app))
    assert runtime.phase == "started"
    assert [moment for moment, _ in ear.heard] == ["before_serving", "on_startup"]


@pytest.mark.parametrize("moment", ["before_serving", "on_startup"])
def test_a_plugin_that_fails_before_the_first_answer_is_taken_out_alone(loaded, moment):
    """The others start, and the pages of the one that failed do not answer."""
    runtime, acts = loaded(bad=failing(moment, NotFound("something is missing"), page=True), good=SimpleNamespace())
    client = create_app(runtime=runtime, acts=acts).test_client()
    states = {info.name: info.state for info in runtime.all()}
    assert states == {"bad": "quarantined", "good": "active"}
    assert runtime.plugins["bad"].reason == f"failed in {moment}: something is missing"
    assert client.get("/bad/").status_code == 404


@pytest.mark.parametrize("moment", ["before_serving", "on_startup"])
def test_a_required_plugin_that_fails_before_the_first_answer_ends_the_start(loaded, tmp_path, moment):
    """Nothing is served without it; who refuses to serve has the last word, and any other failure is explained."""
    said = {
        "before_serving": "plugin 'bad' lets nothing be served: something is missing$",
        "on_startup": "required plugin 'bad' cannot run: failed in on_startup: something is missing",
    }
    with pytest.raises(Invalid, match=said[moment]):
        create_app(
            only=[],
            plugins={"bad": failing(moment, NotFound("something is missing"))},
            given={"dihya": {"data": str(tmp_path)}, "plugins": {"required": ["bad"]}},
            environ={},
        )


def test_a_plugin_that_the_promises_stand_on_ends_the_start(tmp_path):
    """The audit is required without being listed."""
    with pytest.raises(Invalid, match="plugin 'audit' lets nothing be served: no key$"):
        create_app(
            only=[],
            plugins={"audit": failing("before_serving", NotFound("no key"))},
            given={"dihya": {"data": str(tmp_path)}},
            environ={},
        )


def test_an_application_starts_once(loaded):
    """A second start, and a start after the end, are refused in one sentence."""
    runtime, acts = loaded()
    runtime.start(acts, "command")
    with pytest.raises(RuntimeError, match="the application is started and cannot become started; it has to be loaded"):
        runtime.start(acts, "answer")
    runtime.stop(acts)
    with pytest.raises(RuntimeError, match="the application is stopped and cannot become started"):
        runtime.start(acts, "serve")


def test_what_was_not_started_cannot_be_stopped(loaded, ear):
    """A stop comes once, behind a start; a second one changes nothing."""
    runtime, acts = loaded(ear=ear)
    with pytest.raises(RuntimeError, match="the application is loaded and cannot become stopped"):
        runtime.stop(acts)
    runtime.start(acts, "command")
    runtime.stop(acts)
    runtime.stop(acts)
    assert [moment for moment, _ in ear.heard] == ["on_command", "on_shutdown"]


def test_an_application_whose_shutdown_fails_is_stopped(loaded, caplog):
    """The process ends all the same, and the log says what failed."""
    runtime, acts = loaded(bad=failing("on_shutdown", ValueError("no")))
    runtime.start(acts, "command")
    runtime.stop(acts)
    assert runtime.phase == "stopped" and "on_shutdown" in caplog.text


def singing():
    """A plugin with a business template of a name that others have too."""
    template = Template("choir", "1.0.0", Text("Choir", "Chorale"), Text("", ""), {}, (), ())
    return SimpleNamespace(register_templates=hookimpl(lambda: [template]))


def test_what_is_gathered_late_is_left_out_alone_where_it_takes_a_name(loaded):
    """Both run, since their pages are in their places; the second template of a name is not there, and the plugin is told of."""
    runtime, acts = loaded(aaa=singing(), middle=singing())
    create_app(runtime=runtime, acts=acts)
    assert [name for name, _ in runtime.collected("register_templates")] == ["aaa"]
    infos = {info.name: info for info in runtime.all()}
    assert {info.state for info in infos.values()} == {"active"} and infos["aaa"].troubles == ()
    assert ["plugin 'aaa''s" in str(trouble) for trouble in infos["middle"].troubles] == [True]


def test_what_is_gathered_late_is_gathered_for_whoever_looks(loaded):
    """Before the start, as where a plugin is tried before it is installed, the second owner is quarantined."""
    runtime, _ = loaded(aaa=singing(), middle=singing())
    gather(runtime)
    assert (runtime.plugins["aaa"].state, runtime.plugins["middle"].state) == ("active", "quarantined")
