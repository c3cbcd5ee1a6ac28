"""``dihya new``: begin a plugin of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def new() -> None:
    """Begin something of your own: a plugin."""


@new.command()
@click.argument("name")
@click.option("--summary", default="", help="What it is for, in a few words.")
@click.option(
    "--table", "tables", multiple=True, metavar="TABLE",
    help="A table and its fields: 'book: title:text! year:integer'; may be repeated.",
)  # fmt: skip
@click.option("--author", default="", help="Who publishes it.")
@click.option("--licence", default="Apache-2.0", show_default=True, help="Apache-2.0 or MIT.")
@click.option("--address", default="", metavar="URL", help="Where its source is.")
@click.option(
    "--lang", "language", type=click.Choice(("fr", "en")), default="en", show_default=True,
    help="Language of its README and sample records.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("."), show_default="here",
    help="Folder in which dihya-<name> is written.",
)  # fmt: skip
def plugin(
    name: str,
    summary: str,
    tables: tuple[str, ...],
    author: str,
    licence: str,
    address: str,
    language: str,
    out: Path,
) -> None:
    """Write the smallest whole plugin: tables, pages, REST, rights, a migration, tests, README and licence.

    Field types: text, long_text, integer, decimal, money, percentage, boolean, date, datetime, email, phone, url, iban,
    enum(a,b), reference(table).
    '!' makes a field required; '=category' says what it tells about a person, as in name:text!=name; '=none' that it
    tells nothing, in a table that is about people. On a terminal, what is missing is asked.
    """
    from dihya_hookspecs import folders
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import Plugins

    from . import own
    from .tables import tables as read

    target = out / f"dihya-{name.replace('_', '-')}"
    folders.check_free(target)
    if sys.stdin.isatty():
        summary = summary or click.prompt("What is it for", default=name, err=True)
        tables = tables or (click.prompt("What does it keep", default=own.NOTE, err=True),)
    by = own.publisher(author or f"The {name} maintainers", licence, address)
    entities = read(tables or (own.NOTE,))
    files = own.plugin_files(name, summary, entities, by, language=language, taken=get(Plugins).taken())
    folders.write(files, target)
    click.echo(f"{target} has {len(files)} files")
    click.echo(f"  prove it:    dihya prove {target}", err=True)
    click.echo(f"  try it:      dihya plugins install --editable {target}", err=True)
    click.echo(f"  publish it:  uv build --wheel {target}", err=True)


COMMANDS = new
