"""The core's shortest commands."""

from __future__ import annotations

import click

from dihya_core.cli.context import CommandContext, run
from dihya_core.cli.setup import Setup, prepare


@click.command()
@run
def plan(context: CommandContext) -> None:
    """Print the order in which plugins are called, and why."""
    from dihya_core.loading.ordering import predecessors

    runtime = context.runtime
    waits = predecessors({name: runtime.plugins[name].candidate for name in runtime.order})
    for number, name in enumerate(runtime.order, 1):
        state = runtime.plugins[name].state
        after = f"  after {', '.join(sorted(waits[name]))}" if waits[name] else ""
        click.echo(f"{number:3} {name}{after}{'' if state == 'active' else f'  ({state})'}")
    for hook, names in runtime.hook_caller.reordered(runtime.order):
        click.echo(f"{hook}: {', '.join(names)}  (asked for by tryfirst or trylast)")


@click.command(cls=Setup)
@run
def setup(context: CommandContext, /, **given: str | None) -> None:
    """Do what has to be done once before serving: database, model, first administrator. Running it again is harmless."""
    prepare(context.runtime, context.acts, given)
    context.runtime.remember()
