"""``dihya plugins inspect``, ``install``, ``undo``, ``uninstall``, ``purge``: added to the core's group of that name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from dihya_core.cli.context import UNPREPARED, CommandContext, run
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import OPERATOR

if TYPE_CHECKING:
    from .packages import Parcel


@click.group()
def plugins() -> None:
    """Change which plugins are there."""


@plugins.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--statement", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="What 'dihya check' signed."
)
@click.option("--key", "keys", multiple=True, help="Public key of whoever signs statements, in base64.")
@run
def inspect(context: CommandContext, source: str, as_json: bool, statement: Path | None, keys: tuple[str, ...]) -> None:
    """Say what a plugin has, before any of its code runs: a wheel, ZIP file or folder, or an installed one by its NAME.

    Also what an upgrade would bring: rights, hosts, tables, data about people. What shows only when it runs is said to be so.
    The exit code is 1 when it could not be installed here, or when its files are not what they were.
    """
    from . import inspection, inspection_lines

    with context.acts.open("plugins.inspect", actor=OPERATOR):
        portrait = inspection.inspected(context.runtime, source, statement, keys)
    if as_json:
        click.echo(inspection.as_json(portrait))
    else:
        for line in inspection_lines.lines(portrait):
            click.echo(line)
    if portrait.faults or portrait.changed:
        raise SystemExit(1)


@plugins.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--editable", is_flag=True, help="Run the code from the folder itself, for its author.")
@click.option("--yes", is_flag=True, help="Do not ask whether code that Dihya did not write may run.")
@run
def install(context: CommandContext, source: Path, editable: bool, yes: bool) -> None:
    """Install a plugin from its folder, ZIP file or wheel, and make its tables. Needs no network.

    What fails leaves the version that was there, and its data.
    """
    from .installation import install as bring_in
    from .reloading import reload_server

    def agree(parcel: Parcel) -> None:
        if parcel.generated:
            return
        click.echo(
            f"{parcel.name} {parcel.version} was not written by Dihya; its code will run with the application's rights",
            err=True,
        )
        if not yes and sys.stdin.isatty():
            click.confirm("install it?", abort=True, err=True)

    runtime = context.runtime
    if context.unprepared():
        raise DihyaError(UNPREPARED, code="setup")
    parcel = bring_in(source, runtime, overrides=context.overrides, editable=editable, agree=agree)
    said = "the running server takes it up now" if reload_server(runtime.data) else _ELSEWHERE
    click.echo(f"{parcel.name} {parcel.version} is installed, and its tables are made; {said}")


@plugins.command()
@click.argument("name")
@run
def undo(context: CommandContext, name: str) -> None:
    """Bring back the version of a plugin that was replaced or uninstalled last; its tables go back with it."""
    from .installation import put_back
    from .reloading import reload_server

    parcel = put_back(name, context.runtime, overrides=context.overrides)
    said = "the running server takes it up now" if reload_server(context.runtime.data) else _ELSEWHERE
    click.echo(f"{parcel.name} {parcel.version} is there again; {said}")


@plugins.command()
@click.argument("name")
@run
def uninstall(context: CommandContext, name: str) -> None:
    """Take a plugin out; its data stays, and is there again when it is installed again."""
    from . import kept as keeping
    from . import removal
    from .reloading import reload_server

    runtime = context.runtime
    stays = removal.uninstall(name, runtime, context.acts)
    said = "the running server goes on without it" if reload_server(runtime.data) else _ELSEWHERE
    click.echo(f"{name} is uninstalled; {said}")
    for line in stays:
        click.echo(f"  kept: {line}")
    if any(one.name == name for one in keeping.kept(runtime.data)):
        click.echo(f"  'dihya plugins undo {name}' brings it back" + (", with its data" if stays else ""))


@plugins.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Yes, throw its data away.")
@run
def purge(context: CommandContext, name: str, yes: bool) -> None:
    """Take a plugin out with all of its data: tables, files, settings. Only a backup brings it back."""
    from . import leftovers, removal
    from .reloading import reload_server

    runtime = context.runtime
    removal.ensure_removable(name, runtime)
    with context.acts.open("plugins.remains", actor=OPERATOR) as act:
        lost = leftovers.lines(leftovers.lost(runtime, act, name))
    for line in lost:
        click.echo(f"  lost for good: {line}")
    if not yes:
        raise Invalid(f"nothing was done; say 'dihya plugins purge {name} --yes' to throw this away", code="purge")
    removal.purge(name, runtime, context.acts)
    said = "the running server goes on without it" if reload_server(runtime.data) else _ELSEWHERE
    click.echo(f"{name} is gone, with its data; {said}")


_ELSEWHERE = "no 'dihya serve' works in this data folder: reload another server yourself (kill -HUP, or restart it)"

COMMANDS = (plugins,)
