"""``dihya generation-logs``: export, verify, sweep."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("generation-logs")
def generation_logs() -> None:
    """The log of generations: export it signed, verify an export, delete what is too old."""


@generation_logs.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "start", type=DAY, help="First day, UTC.")
@click.option("--to", "end", type=DAY, help="Day before which it ends, UTC.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
def export(target: Path, start: datetime | None, end: datetime | None, form: str) -> None:
    """Write a signed ZIP with the records of a period to TARGET."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, current

    from .export import pack
    from .service import GenerationLogs

    begin, stop = (day.replace(tzinfo=UTC) if day else None for day in (start, end))
    with current().get(Acts).open("generation_logs.export", actor=OPERATOR) as act:
        logs = act.get(GenerationLogs)
        records = logs.between(begin, stop)
        period = (begin.date().isoformat() if begin else "", stop.date().isoformat() if stop else "")
        data = pack(records, form, logs.marks.signer(), period)  # type: ignore[arg-type]
        act.record("generation_logs.export", rows=len(records), format=form)
    target.write_bytes(data)
    click.echo(f"{len(records)} generations in {target}", err=True)


@generation_logs.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Public key (PEM) to trust.")
def verify(file: Path, key: Path | None) -> None:
    """Check the files and the signature of an export; needs no database."""
    from .export import check

    manifest = check(file.read_bytes(), key.read_bytes() if key else None)
    click.echo(f"right: {manifest['generations']} generations, made {manifest['made_at']}")
    if key is None:
        click.echo("signed by the key inside the file; give --key to say whom you trust", err=True)


@generation_logs.command()
@click.option("--dry-run", is_flag=True, help="Only say how many would go.")
def sweep(dry_run: bool) -> None:
    """Delete records older than the retention (new records do this too, a little at a time)."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, current

    from .service import GenerationLogs

    with current().get(Acts).open("generation_logs.sweep", actor=OPERATOR) as act:
        count = act.get(GenerationLogs).sweep(dry=dry_run)
    click.echo(f"{count} records {'would go' if dry_run else 'deleted'}")


COMMANDS = (generation_logs,)
