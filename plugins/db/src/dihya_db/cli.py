"""``dihya database``: look at the database, copy it, put a copy back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current

if TYPE_CHECKING:
    from sqlalchemy import Engine


@click.group()
def database() -> None:
    """Look at the database, check it, copy it and put a copy back."""


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(as_json: bool) -> None:
    """Print what the database is: address (without password), version, size, tables."""
    from .inspection import information

    facts = dict(information(_engine()))
    if as_json:
        click.echo(json.dumps(facts))
    else:
        for name, value in facts.items():
            click.echo(f"{name:8} {value}")


@database.command()
def check() -> None:
    """Check the stored data: pages, indexes, foreign keys. Exits with 1 when something is wrong."""
    from .inspection import flaws

    found = flaws(_engine())
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("the database is sound", err=True)


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a copy of the database to FILE while it is in use (PostgreSQL: in pg_dump's custom format)."""
    from . import backup as copies

    with current().get(Acts).open("database.backup", actor=OPERATOR) as act:
        size = copies.save(_engine(), file)
        act.record("db.backup", size=size)
    click.echo(f"{size / 2**20:.1f} MB written to {file}", err=True)


@database.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the database holds.")
def restore(file: Path, force: bool) -> None:
    """Put the copy in FILE in the place of the database. Stop the server first."""
    from . import backup as copies

    copies.restore(_engine(), file, force=force)
    # a transaction of its own, after the fact: what came before is no longer in this database
    with current().get(Acts).open("database.restore", actor=OPERATOR) as act:
        act.record("db.restore", forced=force)
    click.echo(f"restored from {file}", err=True)


def _engine() -> Engine:
    from dihya_hookspecs.data import Database

    return current().get(Database).engine
