"""``dihya setup``: no step is silent, and what must not be overlooked stands last."""

import threading
from types import SimpleNamespace

import click
import pytest
from dihya_core.cli import setup as preparation
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.app import Notice, Question, SetupStep
from dihya_hookspecs.i18n import Text


@pytest.fixture
def setup(make_app, plugin, monkeypatch):
    """Return a function that runs ``dihya setup`` with these steps."""

    def run(*steps, arguments=(), terminal=False, input=None):
        def register_setup():
            return list(steps)

        monkeypatch.setattr(preparation, "_at_a_terminal", lambda: terminal)
        return make_app(plugins={"toy": plugin(register_setup)}).cli("setup", *arguments, input=input)

    return run


def test_what_must_not_be_overlooked_stands_last_in_a_frame(setup):
    """The frame stands after every step."""
    said = setup(SetupStep("door", lambda: Notice("made", ("the key is 4711",))), SetupStep("wall", lambda: "built"))
    assert "door … made (" in said.stdout
    assert said.stdout.splitlines()[-3:] == ["+-----------------+", "| the key is 4711 |", "+-----------------+"]


def test_a_later_step_that_fails_does_not_swallow_a_password(setup):
    """It is shown only once."""

    def failing():
        raise DihyaError("no bricks")

    result = setup(SetupStep("door", lambda: Notice("made", ("the key is 4711",))), SetupStep("wall", failing))
    assert (result.exit_code, "| the key is 4711 |" in result.stdout) == (1, True)


def test_a_step_that_takes_long_says_that_it_still_runs(setup, monkeypatch):
    """A line after each pause, with the seconds so far."""
    said = threading.Event()

    def echo(text="", **options):
        if "      0 s … " in text:
            said.set()
        click.echo(text, **options)

    monkeypatch.setattr(preparation, "PAUSE", 0.01)
    monkeypatch.setattr(preparation, "click", SimpleNamespace(echo=echo))
    assert "built True" in setup(SetupStep("wall", lambda: f"built {said.wait(10)}")).stdout


def test_what_a_step_writes_is_the_owners_alone(setup, tmp_path):
    """Whatever the mask of the shell, nobody else may read keys and databases; afterwards the mask is as before."""
    import os

    before = os.umask(0o022)
    try:
        setup(SetupStep("door", lambda: str((tmp_path / "made").write_text("x"))))
        assert (tmp_path / "made").stat().st_mode & 0o777 == 0o600
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def named(said):
    """An answer as it is used: a name, in capitals."""
    if not said.isalpha():
        raise Invalid("this is no name")
    return said.upper()


@pytest.fixture
def asking(setup):
    """Return a function that runs ``dihya setup`` with a step that asks for a name, and says what it was called with."""

    def run(*arguments, pending=True, terminal=False, input=""):
        question = Question("keeper", Text("Name of the keeper", "Nom du gardien"), named, lambda: pending)
        step = SetupStep("door", lambda *given: f"kept by {given}", question=question)
        return setup(step, arguments=arguments, terminal=terminal, input=input)

    return run


def test_a_step_takes_an_answer_from_its_option(asking):
    """The answer is used as it is once checked; ``--help`` names the option."""
    assert "kept by ('ANN',)" in asking("--keeper", "ann").stdout
    assert "--keeper TEXT  Name of the keeper." in asking("--help").stdout


def test_what_is_no_answer_stops_the_setup_before_its_first_step(asking):
    """The sentence says why it is no answer."""
    result = asking("--keeper", "4711")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "error: this is no name\n")


def test_on_a_terminal_somebody_is_asked_until_they_answer(asking):
    """The question is asked in words; what is no answer is asked again."""
    said = asking(terminal=True, input="4711\nann\n").stdout
    assert said.count("Name of the keeper: ") == 2 and "Error: this is no name" in said and "kept by ('ANN',)" in said


@pytest.mark.parametrize(("terminal", "pending"), [(False, True), (True, False)])
def test_nobody_is_asked_where_nobody_sits_or_all_is_answered(asking, terminal, pending):
    """The step then does without."""
    said = asking(terminal=terminal, pending=pending).stdout
    assert "Name of" not in said and "kept by ()" in said
