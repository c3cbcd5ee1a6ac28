"""``dihya config set`` and ``unset``: added to the core's group of that name."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.settings import SettingLayers, SettingsStore, structured


@click.group()
def config() -> None:
    """Change the settings that people may change."""


@config.command("set")
@click.argument("setting", metavar="PLUGIN.FIELD")
@click.argument("value")
def set_(setting: str, value: str) -> None:
    """Store VALUE for a setting that people may change; running servers follow within seconds.

    Lists are written as JSON; a VALUE of - is read from standard input, so that a secret stays out of the shell's history.
    """
    text = sys.stdin.read().strip() if value == "-" else value
    _change(setting, lambda store: store.set(setting, structured(text)))
    click.echo(f"{setting} is set; {_since(setting)}")


@config.command()
@click.argument("setting", metavar="PLUGIN.FIELD")
def unset(setting: str) -> None:
    """Go back to the default of a setting that people may change."""
    _change(setting, lambda store: store.unset(setting))
    click.echo(f"{setting} is as the default says; {_since(setting)}")


def _change(setting: str, change: Callable[[SettingsStore], None]) -> None:
    """Change what is stored. Raises what the store raises, with each flaw as a sentence."""
    try:
        change(get(SettingsStore))
    except Invalid as error:
        if not error.flaws:
            raise
        raise Invalid(f"{setting}: {'; '.join(flaw.detail for flaw in error.flaws)}", code=error.code) from None


def _since(setting: str) -> str:
    """Say from when on a change counts."""
    plugin, _, name = setting.partition(".")
    later = get(SettingLayers).sections()[plugin].fields[name].restart
    return "it counts from the next start on" if later else "running servers follow within seconds"


COMMANDS = (config,)
