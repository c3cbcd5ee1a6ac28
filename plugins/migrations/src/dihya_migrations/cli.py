"""``dihya db``: bring the tables to where the code is, and back."""

from __future__ import annotations

import json
from pathlib import Path

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import AppInfo, implementing


@click.group()
def db() -> None:
    """Bring the tables of the database to where the code is, and back."""


@db.command()
@click.argument("plugin", required=False)
@click.option("--destructive", is_flag=True, help="Also run steps that throw away rows.")
def upgrade(plugin: str | None, destructive: bool) -> None:
    """Bring the database to the newest revision of every plugin, or of PLUGIN."""
    from .service import Migrations, applied

    done = Migrations.of(current()).upgrade(plugin, destructive=destructive)
    for step in done.steps:
        click.echo(f"{step.plugin}: {step.before or 'nothing'} → {step.after}")
    with current().get(Acts).open("migrations.upgrade", actor=OPERATOR) as act:
        click.echo(applied(done, act), err=True)


@db.command(context_settings={"ignore_unknown_options": True})  # "-1" is a revision
@click.argument("plugin")
@click.argument("revision")
@click.option("--destructive", is_flag=True, help="Yes, throw away what newer revisions brought.")
def downgrade(plugin: str, revision: str, destructive: bool) -> None:
    """Take PLUGIN back to REVISION; 'base' removes its tables, '-1' undoes the last step."""
    from .service import Migrations

    step = Migrations.of(current()).downgrade(plugin, revision, destructive=destructive)
    click.echo(f"{step.plugin}: {step.before or 'nothing'} → {step.after or 'nothing'}")
    if plugin in implementing("on_audit"):  # the tables of the log may be gone
        return
    with current().get(Acts).open("migrations.downgrade", actor=OPERATOR) as act:
        act.record("migrations.downgrade", object=f"plugin:{plugin}", before=step.before, after=step.after)


@db.command()
@click.argument("plugin", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def history(plugin: str | None, as_json: bool) -> None:
    """Print all revisions, oldest first, and whether the database has them."""
    from .service import Migrations, facts

    found = Migrations.of(current()).history(plugin)
    if as_json:
        click.echo(json.dumps([facts(revision) for revision in found]))
        return
    for revision in found:
        click.echo(f"{'applied' if revision.applied else 'pending'}  {revision.revision:28}  {revision.message}")


@db.command()
def check() -> None:
    """Compare the database with the code. Exits with 1 when an upgrade is due or a table differs."""
    from . import drift
    from .service import Migrations

    wrong, known = drift.check(Migrations.of(current()))
    for line in known:
        click.echo(f"note: {line}", err=True)
    for line in wrong:
        click.echo(line)
    if wrong:
        raise SystemExit(1)
    click.echo("the database is what the code says", err=True)


@db.command()
@click.argument("plugin")
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The author's folder of the plugin, when it is not run from there.",
)
@click.option(
    "--default",
    "defaults",
    multiple=True,
    metavar="TABLE.COLUMN=VALUE",
    help="What the rows that are there get in a new column that must not be empty.",
)
def revision(plugin: str, message: str, folder: Path | None, defaults: tuple[str, ...]) -> None:
    """Write the next revision of PLUGIN from its models, for its author to read and correct."""
    from dihya_hookspecs import NotFound

    from .revise import authors_folder, given, revise
    from .service import Migrations

    folders = current().get(AppInfo).folders
    if plugin not in folders:
        raise NotFound(f"no active plugin {plugin!r}; there is {', '.join(folders)}")
    place = authors_folder(plugin, folders[plugin], folder)
    click.echo(revise(Migrations.of(current()), plugin, place, message, given(defaults)))


COMMANDS = (db,)
