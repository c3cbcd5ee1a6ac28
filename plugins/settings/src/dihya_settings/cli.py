"""``dihya config show``, ``explain``, ``schema``, ``set`` and ``unset``: added to the core's group of that name."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.settings import SettingLayers, SettingsStore, structured


@click.group()
def config() -> None:
    """Show and explain settings, and change those that people may change."""


@config.command()
@click.argument("plugin", required=False)
def show(plugin: str | None) -> None:
    """Print every setting (of PLUGIN), its value and where it comes from; secrets are masked."""
    from .showing import shown

    for section in shown(plugin):
        click.echo("\n".join([f"[{section.name}]", *section.lines(), ""]))


@config.command()
@click.argument("setting", metavar="PLUGIN.FIELD")
def explain(setting: str) -> None:
    """Say what one setting is for, what it is, and where that was said."""
    from .showing import shown

    plugin, _, name = setting.partition(".")
    (section,) = shown(plugin)
    click.echo("\n".join(section.explained(name)))


@config.command()
def schema() -> None:
    """Print the JSON Schema of dihya.toml, for editors."""
    from .showing import schema

    click.echo(json.dumps(schema(), indent=1, ensure_ascii=False))


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
