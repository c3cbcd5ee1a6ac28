"""Groups of the core to which plugins add commands."""

import click
import pytest
from dihya_core.cli.context import CommandContext, run
from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import current


@pytest.fixture
def adding(plugin):
    """Return a function that makes a plugin which adds commands to the group ``plugins``."""

    def make(*commands):
        def register_commands():
            return click.Group("plugins", commands=list(commands))

        return plugin(register_commands)

    return make


@click.command("polish")
def polish():
    """Polish every plugin, which takes so long a sentence that a list of commands would cut it off somewhere here."""
    click.echo(f"{current().actor.kind} {current().name}")


def test_a_plugin_adds_a_command_that_runs_inside_an_act(make_app, adding):
    """Beside the core's own, which work as before; both lists show it, and its sentence is said whole."""
    app = make_app(plugins={"brush": adding(polish)})
    assert app.cli("plugins", "polish").stdout == "operator brush.polish\n"
    assert "● brush" in app.cli("plugins").stdout and "● brush" in app.cli("plugins", "list").stdout
    said = " ".join(app.cli("plugins", "--help").stdout.split())
    assert "polish Polish every plugin" in said and "off somewhere here." in said and "enable Enable a plugin" in said
    assert "polish" not in app.cli("--help").stdout


def test_a_command_that_asks_for_its_context_runs_without_an_act(make_app, adding):
    """It opens those that it needs, and nothing was started for it."""

    @click.command("dust")
    @run
    def dust(context):
        with pytest.raises(LookupError):
            current()
        click.echo(type(context) is CommandContext)

    assert make_app(plugins={"brush": adding(dust)}).cli("plugins", "dust").stdout == "True\n"


def test_an_added_command_fails_as_every_other(make_app, adding):
    """It ends with one sentence and exit code 1, and the act is undone."""

    @click.command("lose")
    def lose():
        raise NotFound("no such brush")

    app = make_app(plugins={"brush": adding(lose)})
    result = app.cli("plugins", "lose")
    assert (result.exit_code, result.stderr) == (1, "error: no such brush\n")


def test_nobody_replaces_a_command_that_exists(make_app, adding):
    """Neither one of the core nor one that another plugin added; whoever tries is quarantined, by name."""
    taken = click.Command("Enable", callback=lambda: click.echo("mine"))
    again = click.Command("polish", callback=lambda: click.echo("mine"))
    app = make_app(plugins={"aaa": adding(polish), "bbb": adding(taken), "ccc": adding(again)})
    assert app.cli("plugins", "polish").stdout == "operator aaa.polish\n"
    reasons = {info.name: info.reason for info in app.hooks.all()}
    assert "command 'plugins Enable', which is the core's" in reasons["bbb"]
    assert "command 'plugins polish', which is plugin 'aaa''s" in reasons["ccc"] and not reasons["aaa"]


@pytest.mark.parametrize("command", [click.Group("doctor", commands=[polish]), click.Command("plugins")])
def test_what_is_not_open_is_the_cores(make_app, plugin, command):
    """``dihya doctor`` takes no commands of plugins; nor is an open group replaced by a command."""

    def register_commands():
        return command

    app = make_app(plugins={"brush": plugin(register_commands)})
    app.hooks.collected("register_commands")
    assert f"command {command.name!r}, which is the core's" in app.hooks.plugins["brush"].reason


@pytest.mark.parametrize(
    ("alone", "words"),
    [
        ("db", "it comes with another package: pip install dihya-wsgi"),
        ("wsgi", "it belongs to plugin 'wsgi', which is quarantined"),
    ],
)
def test_a_command_of_ours_that_is_not_there_says_what_brings_it(make_app, alone, words):
    """The package when that is not installed, the reason when its plugin does not run."""
    app = make_app(alone)
    if alone == "wsgi":
        app.hooks.quarantine("wsgi", "a reason")
    result = app.cli("serve")
    assert result.exit_code == 2 and words in result.stderr


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({}, "no such command 'plugins install'; it comes with another package: pip install dihya-plugins"),
        ({"plugins": "a reason"}, "it belongs to plugin 'plugins', which is quarantined (a reason)"),
    ],
)
def test_without_the_plugin_that_installs_its_commands_say_so_and_the_cores_work(make_app, tmp_path, states, words):
    """Absent or quarantined: one sentence, exit code 2; list, enable and disable need nobody."""
    app = make_app("i18n", *states)
    app.hooks.configuration.folder = tmp_path
    for name, reason in states.items():
        app.hooks.quarantine(name, reason)
    result = app.cli("plugins", "install", "dihya-club")
    assert result.exit_code == 2 and words in result.stderr
    for arguments in ((), ("list",), ("disable", "i18n"), ("enable", "i18n")):
        assert app.cli("plugins", *arguments).exit_code == 0
