"""``dihya storage``: check the files."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current


@click.group()
def storage() -> None:
    """Check the stored files."""


@storage.command()
@click.option("--repair", is_flag=True, help="Remove files that nobody holds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(repair: bool, as_json: bool) -> None:
    """Read every file and compare it with the database. Exits with 1 when something is wrong."""
    from dihya_hookspecs.storage import Blobs

    from .settings import Settings
    from .sweep import sweep

    with current().get(Acts).open("storage.check", actor=OPERATOR) as act:
        found = sweep(act.get(Blobs), act.session, repair=repair, grace=act.get(Settings).grace)  # type: ignore[arg-type]
        if repair and (found.orphans or found.leftovers):
            act.record("storage.sweep", removed=len(found.orphans), leftovers=found.leftovers)
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        for what in ("missing", "damaged", "orphans"):
            for digest in getattr(found, what):
                click.echo(f"{what.rstrip('s'):8} {digest}")
        removed = " (removed)" if repair else ""
        click.echo(
            f"{found.checked} files read, {len(found.missing)} missing, {len(found.damaged)} damaged, "
            f"{len(found.orphans) + found.leftovers} that nobody holds{removed}",
            err=True,
        )
    if not found.sound:
        raise SystemExit(1)


COMMANDS = (storage,)
