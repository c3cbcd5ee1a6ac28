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


@database.command("copy")
@click.option("--to", "address", required=True, metavar="URL", help="An empty PostgreSQL database.")
@click.option(
    "--without", multiple=True, metavar="PLUGIN", help="Leave the tables of this plugin, which is away, behind."
)
def copy_(address: str, without: tuple[str, ...]) -> None:
    """Copy the SQLite database to PostgreSQL, all of it or nothing. Stop the server first."""
    from contextlib import suppress

    from .moving import move

    place, done = _engine().url.database, move(address, without)
    with suppress(BrokenPipeError):  # it is done, whoever reads of it
        width = max(map(len, done.tables), default=0)
        for name, content in done.tables.items():
            click.echo(f"{name:{width}}  {content.rows:>9,} rows  {content.digest[:12]}")
        for name in done.left:
            click.echo(f"left behind: {name}", err=True)
        rows = sum(content.rows for content in done.tables.values())
        click.echo(f"copied: {rows:,} rows in {len(done.tables)} tables, the same there as here", err=True)
        click.echo(
            f"set db.url to that URL and start; then remove {place}, in which nobody is erased any more", err=True
        )


def _engine() -> Engine:
    from dihya_hookspecs.data import Database

    return current().get(Database).engine


COMMANDS = (database,)
