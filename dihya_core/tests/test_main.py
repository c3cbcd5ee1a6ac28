"""The ``dihya`` command: plugins add to it, cannot take it over, and cost nothing until they are needed."""

import json
import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from dihya_core.cli.main import CORE, CommandContext, dihya, main
from dihya_hookspecs import NotFound


def python(code, *arguments, cwd):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )


def test_help_imports_neither_flask_nor_sqlalchemy(tmp_path):
    """Although it lists the commands of every plugin."""
    code = (
        "import sys\nfrom dihya_core.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('flask', 'sqlalchemy', 'pydantic_ai', 'xllamacpp') if name in sys.modules], file=sys.stderr)"
    )
    done = python(code, cwd=tmp_path)
    assert "Commands:" in done.stdout
    assert done.stderr.strip().endswith("[]")


def test_help_cuts_no_sentence_off(capsys):
    """What a command does is said whole, in lines that fit, by the list of all commands and by those of a group."""
    for arguments in (["--help"], ["plugins", "--help"], ["config", "--help"]):
        code, said, _ = run(capsys, *arguments)
        assert code == 0 and "..." not in said.partition("Commands:")[2]
        assert max(map(len, said.splitlines())) <= 80
    assert "enable, disable, re-arm," in " ".join(run(capsys, "--help")[1].split())


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    captured = capsys.readouterr()
    return left.value.code, captured.out, captured.err


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Each test stands in an empty folder, as a new user does."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An environment whose file of a distribution can be written; return that file."""
    path = tmp_path / "share" / "dihya" / "distribution.toml"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    return path


def test_the_version_of_the_core_is_said_where_there_is_no_distribution(capsys, environment):
    """The version of the core stands alone on its line."""
    assert run(capsys, "--version") == (0, f"dihya, version {version('dihya-core')}\n", "")


def test_the_version_is_said_with_the_distribution_that_runs(capsys, environment):
    """Whoever asks for help names one application, not the core that it stands on."""
    environment.write_text('name = "club-suite"\nversion = "1.2"\n')
    expected = f"dihya, version {version('dihya-core')} (distribution club-suite 1.2)\n"
    assert run(capsys, "--version") == (0, expected, "")


def test_the_version_is_said_of_a_distribution_that_is_damaged_too(capsys, environment):
    """The version of a damaged distribution is said; the file is named, and the exit code is 1."""
    environment.write_text("name = ")
    code, said, errors = run(capsys, "--version")
    assert (code, said) == (1, f"dihya, version {version('dihya-core')}\n")
    assert "distribution.toml is damaged" in errors


def test_an_unknown_command_is_a_usage_error_with_a_suggestion(capsys):
    """The exit code is 2, and the sentence names what is near."""
    code, _, errors = run(capsys, "pluggins")
    assert code == 2
    assert "no such command 'pluggins'; did you mean 'plugins'?" in errors


def test_a_wrong_configuration_is_one_message(capsys, folder):
    """The exit code is 1, and there is no traceback."""
    (folder / "dihya.toml").write_text("[plugin]\n")
    code, _, errors = run(capsys, "config", "check")
    assert code == 1
    assert errors.startswith("error: the configuration has 1 mistake")
    assert "Traceback" not in errors


def test_options_are_read_before_the_commands_are_listed(capsys, folder):
    """``--config`` decides which plugins there are."""
    (folder / "other.toml").write_text('[plugins]\nenable = ["db"]\n')
    code, out, _ = run(capsys, "--config", "other.toml", "plugins", "--json")
    assert code == 0
    assert [item["name"] for item in json.loads(out) if item["state"] == "active"] == ["db"]


def test_safe_mode_lists_plugins_though_the_configuration_is_broken(capsys, folder):
    """That is what it is for."""
    (folder / "dihya.toml").write_text("[nonsense\n")
    code, out, _ = run(capsys, "--safe-mode", "plugins")
    assert code == 0
    assert "safe mode" in out


def test_a_plugins_command_runs_inside_an_act(make_app, plugin):
    """The act is the operator's, and the core commits it."""
    from dihya_hookspecs.acts import current

    @click.command()
    def hello():
        """Say who acts."""
        click.echo(f"{current().actor.kind} {current().name}")

    def register_commands():
        return hello

    result = make_app(plugins={"greeter": plugin(register_commands)}).cli("hello")
    assert (result.exit_code, result.stdout) == (0, "operator greeter.hello\n")


def test_a_plugin_cannot_replace_a_command(make_app, plugin):
    """Neither one of the core nor one of a plugin that came before it; whoever offers it is quarantined, by name."""

    def offering(name):
        @click.command(name)
        def command():
            click.echo("mine")

        def register_commands():
            return command

        return plugin(register_commands)

    app = make_app("wsgi", plugins={"aaa": offering("plan"), "bbb": offering("Serve"), "ccc": offering("fine")})
    help = app.cli("--help").stdout
    assert "--port" in app.cli("serve", "--help").stdout
    reasons = {info.name: info.reason for info in app.flask.runtime.all()}
    assert "command 'plan', which is the core's" in reasons["aaa"]
    assert "command 'Serve', which is plugin 'wsgi''s" in reasons["bbb"]
    assert reasons["wsgi"] == reasons["ccc"] == "" and "fine" in help


def test_one_of_the_four_errors_ends_in_exit_code_1(make_app, plugin):
    """The message of the error stands on standard error."""

    @click.command()
    def lose():
        """Lose something."""
        raise NotFound("no such thing")

    def register_commands():
        return lose

    result = make_app(plugins={"loser": plugin(register_commands)}).cli("lose")
    assert (result.exit_code, result.stderr, result.stdout) == (1, "error: no such thing\n", "")


def test_the_group_carries_the_slogan():
    """The slogan stands at the foot of the help."""
    assert "souveraineté" in dihya.epilog
    assert CommandContext().safe_mode is False


def test_asking_for_help_or_calling_wrongly_is_not_an_event(make_app, plugin):
    """Exit codes 0 and 2; the audit log is about acts."""

    @click.command()
    def hello():
        """Say hello."""

    def register_commands():
        return hello

    app = make_app(plugins={"greeter": plugin(register_commands)})
    assert app.cli("hello", "--help").exit_code == 0
    assert app.cli("hello", "--nonsense").exit_code == 2
    assert app.trail == []


def test_a_command_has_options_of_its_own_with_the_names_of_the_house(capsys):
    """``--set`` in front of the command is the application's; behind it, as in ``generate --set donations=true``, the command's."""
    from dihya_core.cli.main import _early

    early = _early(
        ["--set", "dihya.language=en", "--set=db.url=x", "generate", "--set", "donations=true", "--safe-mode"]
    )
    assert (early.overrides, early.safe_mode) == (["dihya.language=en", "db.url=x"], False)
    assert _early(["--safe-mode", "plugins", "--config", "x"]).config is None
    code, _, errors = run(capsys, "config", "show", "--set", "donations=true")
    assert (code, "No such option '--set'" in errors or "no such option" in errors.lower()) == (2, True)


def test_the_cores_commands_are_where_the_table_says():
    """Each name leads to the command of that name."""
    for name in CORE:
        assert dihya.get_command(click.Context(dihya), name).name == name
