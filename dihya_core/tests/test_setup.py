"""``dihya setup``: no step is silent, and what must not be overlooked stands last."""

import threading
from types import SimpleNamespace

import click
import pytest
from dihya_core.cli import setup as preparation
from dihya_hookspecs import DihyaError
from dihya_hookspecs.app import Notice, SetupStep


@pytest.fixture
def setup(make_app, plugin):
    """Return a function that runs ``dihya setup`` with these steps."""

    def run(*steps):
        def register_setup():
            return list(steps)

        return make_app(plugins={"toy": plugin(register_setup)}).cli("setup")

    return run


def test_what_must_not_be_overlooked_stands_last_in_a_frame(setup):
    """After every step."""
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
