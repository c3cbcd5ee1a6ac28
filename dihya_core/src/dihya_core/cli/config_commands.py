"""``dihya config``: whether what operators say is right; plugins show and change settings below it."""

from __future__ import annotations

import click

from dihya_core.cli.context import CommandContext, run
from dihya_core.cli.extended import Extended
from dihya_core.settings import configuration


@click.group(cls=Extended)
def config() -> None:
    """Show, explain and check the configuration; set what people may change."""


@config.command()
@run
def check(context: CommandContext) -> None:
    """Check the configuration; every mistake is in one report."""
    runtime = context.runtime
    found = runtime.configuration
    for warning in found.warnings:
        click.echo(f"warning: {warning}")
    if found.wrong:
        found.faults, found.wrong = [fault for wrong in found.wrong.values() for fault in wrong], {}
        configuration.raise_faults(found)
    if only := runtime.switches.enable:
        others = sorted(runtime.plugins.keys() - set(only))
        click.echo(f"[plugins] enable: only {', '.join(only)} may run; switched off by it: {', '.join(others)}")
    click.echo(f"the configuration is right: {found.path or 'no file, defaults only'}")
