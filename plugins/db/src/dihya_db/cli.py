"""``dihya database``: look at the database and check it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from dihya_hookspecs.acts import current

if TYPE_CHECKING:
    from sqlalchemy import Engine


@click.group()
def database() -> None:
    """Look at the database and check it."""


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


def _engine() -> Engine:
    from dihya_hookspecs.data import Database

    return current().get(Database).engine


COMMANDS = (database,)
