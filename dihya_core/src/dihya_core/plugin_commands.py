"""The commands that change which plugins are there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import OPERATOR

from .cli import UNPREPARED, Runtime
from .commands import plugins, run

if TYPE_CHECKING:
    from .parcels import Parcel


@plugins.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--editable", is_flag=True, help="Run the code from the folder itself, for its author.")
@click.option("--yes", is_flag=True, help="Do not ask whether code that Dihya did not write may run.")
@run
def install(runtime: Runtime, source: Path, editable: bool, yes: bool) -> None:
    """Install a plugin from its folder, ZIP file or wheel, and make its tables. Needs no network.

    What fails leaves the version that was there, and its data.
    """
    from .installation import install as bring_in
    from .installation import reload_server

    def agree(parcel: Parcel) -> None:
        if parcel.generated:
            return
        click.echo(
            f"{parcel.name} {parcel.version} was not written by Dihya; its code will run with the application's rights",
            err=True,
        )
        if not yes and sys.stdin.isatty():
            click.confirm("install it?", abort=True, err=True)

    house = runtime.house
    if runtime.unprepared():
        raise DihyaError(UNPREPARED, code="setup")
    parcel = bring_in(source, house, overrides=runtime.overrides, editable=editable, agree=agree)
    said = "the running server takes it up now" if reload_server(house.data) else _ELSEWHERE
    click.echo(f"{parcel.name} {parcel.version} is installed, and its tables are made; {said}")


@plugins.command()
@click.argument("name")
@run
def uninstall(runtime: Runtime, name: str) -> None:
    """Take a plugin out; its data stays, and is there again when it is installed again."""
    from .installation import demand_removable, reload_server
    from .installation import uninstall as take_out
    from .remains import remains

    house = runtime.house
    demand_removable(name, house)
    with runtime.acts.open("core.uninstall", actor=OPERATOR) as act:
        kept = remains(house, act, name)
        act.record("plugins.uninstall", object=f"plugin:{name}", version=house.residents[name].candidate.version)
        take_out(name, house)
    said = "the running server goes on without it" if reload_server(house.data) else _ELSEWHERE
    click.echo(f"{name} is uninstalled; {said}")
    for line in kept:
        click.echo(f"  kept: {line}")
    if kept:
        click.echo(f"  {name} has it again once it is installed again")


@plugins.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Yes, throw its data away.")
@run
def purge(runtime: Runtime, name: str, yes: bool) -> None:
    """Take a plugin out with all of its data: tables, files, settings. Only a backup brings it back."""
    from .installation import demand_removable, reload_server
    from .installation import uninstall as take_out
    from .remains import remains, remove

    house = runtime.house
    demand_removable(name, house)
    with runtime.acts.open("core.remains", actor=OPERATOR) as act:
        lost = remains(house, act, name)
    for line in lost:
        click.echo(f"  lost for good: {line}")
    if not yes:
        raise Invalid(f"nothing was done; say 'dihya plugins purge {name} --yes' to throw this away", code="purge")
    with runtime.acts.open("core.purge", actor=OPERATOR) as act:
        remove(house, act, name)
        act.record("plugins.purge", object=f"plugin:{name}", version=house.residents[name].candidate.version)
    take_out(name, house)
    said = "the running server goes on without it" if reload_server(house.data) else _ELSEWHERE
    click.echo(f"{name} is gone, with its data; {said}")


_ELSEWHERE = "no 'dihya serve' works in this data folder: reload another server yourself (kill -HUP, or restart it)"
