"""Settings, commands and far-reaching libraries of a plugin, read from its sources."""

import pytest


def test_settings_and_commands_are_listed(read):
    """With types, defaults, and the whole words of a command."""
    found, undecided = read(
        settings="""
from pydantic import BaseModel, Field
class Settings(BaseModel):
    days: int = Field(21, description="How long.")
    name: str = "x"
""",
        cli="""
import click
@click.group()
def club(): '''Clubs.'''
@club.command("print")
def print_(): '''Print them.'''
@club.command()
def send_all(): '''Send.'''
COMMANDS = (club,)
""",
    )
    assert found["setting"] == {
        "club.days": {"type": "int", "default": "21"}, "club.name": {"type": "str", "default": "'x'"},
    }  # fmt: skip
    assert list(found["command"]) == ["dihya club print", "dihya club send-all"] and undecided == []


def test_a_command_that_is_made_when_it_runs_is_undecided(read):
    """Its words are not guessed."""
    found, undecided = read(cli="COMMANDS = (make(),)")
    assert "command" not in found and undecided == [("register_commands", "cli.py:1")]


@pytest.mark.parametrize(
    ("line", "name", "kind"),
    [
        ("import subprocess", "subprocess", "processes"),
        ("from urllib.request import urlopen", "urllib.request", "network"),
        ("import os\nos.system('x')", "os.system", "processes"),
        ("x = eval('1')", "eval", "code"),
        ("def f():\n    import socket", "socket", "network"),
    ],
)
def test_what_reaches_beyond_the_application_is_named(read, line, name, kind):
    """Also inside of a function."""
    found, _ = read(service=line)
    assert found["reach"] == {name: {"for": kind}}
