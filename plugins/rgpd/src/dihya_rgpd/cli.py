"""``dihya rgpd``: find, export, erase, hold, release, restrict, lift, retention, settle, coverage, register, notice, verify."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import click

from .holding_cli import HOLDING, desk
from .notice_cli import notice


@click.group()
def rgpd() -> None:
    """Carry out the demands of people: what is held about them, and its erasure."""


@rgpd.command()
@click.argument("identifier")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def find(identifier: str, as_json: bool) -> None:
    """Show who is known by IDENTIFIER (an e-mail address, a phone number, a name, a record number), and where data lies.

    The exit code is 1 when nobody is known, and 3 when a name may mean somebody but is not exactly theirs.
    """
    from .captions import captions_of

    with desk("rgpd.find") as people:
        found = people.look_up(identifier)
        places = people.places(found.subjects) if found.subjects else []
        captions = captions_of(people, [*found.subjects, *found.candidates])
    code = 0 if found.subjects else 3 if found.candidates else 1
    if as_json:
        told = {
            "subjects": [asdict(one) for one in found.subjects],
            "candidates": [{**asdict(one), "caption": captions[f"{one.table}:{one.key}"]} for one in found.candidates],
            "places": [asdict(place) for place in places],
            "missing": sorted({part.plugin for part in found.failed}),
            "out_of_reach": [one.reason for one in found.beyond],
        }
        click.echo(json.dumps(told))
        sys.exit(code)
    for one in found.subjects:
        click.echo(_named(one, captions))
    for place in places:
        click.echo(f"  {place.table}.{place.column}: {place.rows} ({place.purpose}; {place.basis}; {place.retention})")
    for one in found.candidates:
        click.echo(f"may be meant: {_named(one, captions)}")
    if code == 1:
        click.echo("nobody is known by this identifier", err=True)
    _tell(found.failed, found.beyond)
    sys.exit(code)


@rgpd.command()
@click.argument("identifier")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; export.zip if left out.")
@click.option("--portable", is_flag=True, help="Only what rests on consent or contract (RGPD article 20).")
def export(identifier: str, out: Path | None, portable: bool) -> None:
    """Write a signed ZIP with all that is held about the person known by IDENTIFIER.

    The exit code is 1 when a part is missing; the ZIP is written nevertheless and says which.
    """
    out = out or Path("export.zip")
    with desk("rgpd.export") as people:
        subjects = people.known(identifier)
        with _whole(out) as file:
            outcome = people.disclose(subjects, file, portable)
    click.echo(str(out))
    _tell(outcome.failed, outcome.beyond)
    sys.exit(0 if outcome.complete else 1)


@rgpd.command()
@click.argument("identifier")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def erase(identifier: str, yes: bool, as_json: bool) -> None:
    """Erase the data of the person known by IDENTIFIER, after showing what will go and what must stay.

    The exit code is 1 when a part is missing, or while bytes of what was erased are still on the disk; then the demand
    stays open.
    """
    from .captions import captions_of
    from .outcome import answer
    from .settling import committed

    with desk("rgpd.erase") as people:
        subjects = people.known(identifier)
        if not yes:
            for one in subjects:
                click.echo(_named(one, captions_of(people, subjects)), err=True)
            for erasure in people.foresee(subjects):
                click.echo(_line(erasure), err=True)
            click.confirm("Erase this?", abort=True, err=True)
        outcome = people.fulfil(subjects)
    with desk("rgpd.settle"):
        committed(outcome.demand)
    with desk("rgpd.look") as people:  # Only now is it committed, and known whether the bytes are gone.
        told = answer(people.receipts.of(outcome.demand), outcome)
    if as_json:
        click.echo(json.dumps(told))
    else:
        for erasure in outcome.erasures:
            click.echo(_line(erasure))
    _tell(outcome.failed, outcome.beyond)
    for text in [*(f"held: {reason}" for reason in outcome.held), *told["remains"]]:
        click.echo(text, err=True)
    sys.exit(0 if told["state"] == "done" else 1)


@rgpd.command()
@click.option("--dry-run", "run", flag_value="", default="", help="Only list what is over (the default).")
@click.option("--run", "run", flag_value="run", help="Remove or empty what is over.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day; with --dry-run only.")
def retention(run: str, day: datetime | None) -> None:
    """List, or remove, what has been kept for as long as its column says. A server does this once a day by itself."""
    if run and day:
        raise click.UsageError("--on is for looking ahead; leave it out with --run")
    today = day.date() if day else datetime.now(UTC).date()
    if not run:
        with desk("rgpd.expiring") as people:
            found = people.expiring(today)
        for one in found:
            note = " (only grows: not removed)" if one.grows else ""
            click.echo(f"{one.table}: {one.rows} rows are over, the first since {one.since}{note}")
        if not found:
            click.echo("nothing is over")
        return
    click.echo(_expired(today))


@rgpd.command()
def settle() -> None:
    """Try once more to make the bytes of what was erased leave the disk. The exit code is 1 while some remain."""
    from .settling import settle as again

    with desk("rgpd.settle"):
        waiting = again()
    click.echo(f"{waiting} erasures still wait" if waiting else "nothing of what was erased is on the disk")
    sys.exit(1 if waiting else 0)


@rgpd.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def coverage(as_json: bool) -> None:
    """List every column about people: category, subject, purpose, basis, retention.

    The exit code is 1 when a subject path leads nowhere, or tables belong to no active plugin.
    """
    with desk("rgpd.coverage") as people:
        places, beyond, flaws = people.places(), people.reach.residual(), list(people.annotations.flaws)
    if as_json:
        residual = [one.table for one in beyond]
        click.echo(json.dumps({"columns": [asdict(p) for p in places], "residual": residual, "flaws": flaws}))
    else:
        for place in places:
            what = f"{place.category}; {place.subject}; {place.purpose}; {place.basis}; {place.retention}"
            click.echo(f"{place.table}.{place.column}: {what}{'; secret' if place.secret else ''}")
        for text in [*flaws, *(one.reason for one in beyond)]:
            click.echo(text, err=True)
    sys.exit(1 if beyond or flaws else 0)


@rgpd.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def register(as_json: bool) -> None:
    """Print the register of processing activities: what is held about people, for each purpose of each plugin."""
    from .register import opened
    from .wording import basis

    with desk("rgpd.register"):
        lines = opened().lines()
    if as_json:
        click.echo(json.dumps({"items": [asdict(line) for line in lines]}, ensure_ascii=False))
        return
    for line in lines:
        click.echo(f"{line.plugin}: {line.purpose}; {basis(line.basis)}")
        told = (
            line.people,
            line.categories,
            line.conditions,
            line.retention,
            line.recipients,
            line.rights,
            line.sources,
        )
        for values in filter(None, told):
            click.echo(f"  {'; '.join(values)}")


@rgpd.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vkey", help="The verifier key; this installation's own if left out.")
def verify(file: Path, vkey: str | None) -> None:
    """Check that FILE is an export as it was signed."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.keys import Keys

    from .exporting import check
    from .signing import Seal

    with file.open("rb") as export:
        flaws = check(export, vkey or Seal(get(Keys)).verifier)
    for flaw in flaws:
        click.echo(flaw)
    click.echo("NOT VERIFIED" if flaws else "verified")
    sys.exit(1 if flaws else 0)


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """Give a file that only its owner reads, and that stands at *path* once it is written to its end."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _expired(today: date) -> str:
    from .settling import settle as settle_bytes

    more, removed, anonymised = True, 0, 0
    while more:
        with desk("rgpd.expire") as people:
            done, more = people.expire(today)
        removed += sum(one.removed for one in done)
        anonymised += sum(one.anonymised for one in done)
    with desk("rgpd.settle"):
        settle_bytes()
    return f"{removed} rows removed, {anonymised} emptied"


def _named(subject, captions) -> str:
    name = f"{subject.table}:{subject.key}"
    return f"{name}  {captions[name]}".rstrip()


def _line(erasure) -> str:
    kept = ""
    if erasure.retained:
        why = erasure.reason or f"until {erasure.until or 'unknown'}"
        kept = f", {erasure.retained} retained ({', '.join(filter(None, (erasure.basis, why)))})"
    return f"{erasure.source}: {erasure.removed} removed, {erasure.anonymised} anonymised{kept}"


def _tell(failed, beyond=()) -> None:
    for part in failed:
        click.echo(f"incomplete: plugin {part.plugin}: {part.reason}", err=True)
    for one in beyond:
        click.echo(f"incomplete: {one.reason}", err=True)


for command in (*HOLDING, notice):
    rgpd.add_command(command)

COMMANDS = (rgpd,)
