"""``dihya rgpd``: find, export, erase, coverage, verify."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click


@click.group()
def rgpd() -> None:
    """Carry out the demands of people: what is held about them, and its erasure."""


@rgpd.command()
@click.argument("identifier")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def find(identifier: str, as_json: bool) -> None:
    """Show who is known by IDENTIFIER (an e-mail address, a phone number), and where data about them lies."""
    with _desk("rgpd.find") as desk:
        subjects, failed = desk.look_up(identifier)
        places = desk.places(subjects) if subjects else []
    if as_json:
        found = {"subjects": [asdict(s) for s in subjects], "places": [asdict(p) for p in places]}
        click.echo(json.dumps({**found, "missing": sorted({part.plugin for part in failed})}))
        return
    for subject in subjects:
        click.echo(f"{subject.table}:{subject.key}")
    for place in places:
        click.echo(f"  {place.table}.{place.column}: {place.rows} ({place.purpose}; {place.basis}; {place.retention})")
    _tell(failed)


@rgpd.command()
@click.argument("identifier")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; export.zip if left out.")
def export(identifier: str, out: Path | None) -> None:
    """Write a signed ZIP with all that is held about the person known by IDENTIFIER.

    The exit code is 1 when a part is missing; the ZIP is written nevertheless and says which.
    """
    out = out or Path("export.zip")
    with _desk("rgpd.export") as desk:
        content, outcome = desk.disclose(_known(desk, identifier))
    out.write_bytes(content)
    out.chmod(0o600)
    click.echo(str(out))
    _tell(outcome.failed, outcome.residual)
    sys.exit(0 if outcome.complete else 1)


@rgpd.command()
@click.argument("identifier")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def erase(identifier: str, yes: bool, as_json: bool) -> None:
    """Erase the data of the person known by IDENTIFIER, after showing what will go and what must stay.

    The exit code is 1 when a part is missing; then the demand stays open and can be repeated.
    """
    with _desk("rgpd.erase") as desk:
        subjects = _known(desk, identifier)
        if not yes:
            for erasure in desk.foresee(subjects):
                click.echo(_line(erasure), err=True)
            click.confirm("Erase this?", abort=True, err=True)
        outcome = desk.fulfil(subjects)
    if as_json:
        erasures = [asdict(erasure) for erasure in outcome.erasures]
        missing = sorted({part.plugin for part in outcome.failed})
        state = "done" if outcome.complete else "incomplete"
        found = {"demand": outcome.demand, "state": state, "erasures": erasures, "missing": missing}
        click.echo(json.dumps({**found, "residual": list(outcome.residual)}))
    else:
        for erasure in outcome.erasures:
            click.echo(_line(erasure))
    _tell(outcome.failed, outcome.residual)
    sys.exit(0 if outcome.complete else 1)


@rgpd.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def coverage(as_json: bool) -> None:
    """List every column about people: category, subject, purpose, basis, retention.

    The exit code is 1 when a subject path leads nowhere, or tables belong to no active plugin.
    """
    with _desk("rgpd.coverage") as desk:
        places, residual, flaws = desk.places(), desk.residual(), list(desk.annotations.flaws)
    if as_json:
        click.echo(json.dumps({"columns": [asdict(p) for p in places], "residual": residual, "flaws": flaws}))
    else:
        for place in places:
            what = f"{place.category}; {place.subject}; {place.purpose}; {place.basis}; {place.retention}"
            click.echo(f"{place.table}.{place.column}: {what}{'; secret' if place.secret else ''}")
        for text in [*flaws, *(f"table {name} belongs to no active plugin" for name in residual)]:
            click.echo(text, err=True)
    sys.exit(1 if residual or flaws else 0)


@rgpd.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vkey", help="The verifier key; this installation's own if left out.")
def verify(file: Path, vkey: str | None) -> None:
    """Check that FILE is an export as it was signed."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo

    from .exporting import check
    from .signing import Seal

    flaws = check(file.read_bytes(), vkey or Seal(get(AppInfo).data / "keys").verifier)
    for flaw in flaws:
        click.echo(flaw)
    click.echo("NOT VERIFIED" if flaws else "verified")
    sys.exit(1 if flaws else 0)


def _desk(name: str):
    from contextlib import contextmanager

    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, get
    from dihya_hookspecs.rgpd import People

    @contextmanager
    def opened():
        with get(Acts).open(name, actor=OPERATOR) as act:
            yield act.get(People)

    return opened()


def _known(desk, identifier: str):
    from dihya_hookspecs import NotFound

    subjects = desk.find(identifier)
    if not subjects:
        raise NotFound("nobody is known by this identifier")
    return subjects


def _line(erasure) -> str:
    kept = (
        f", {erasure.retained} retained ({erasure.basis}, until {erasure.until or 'unknown'})"
        if erasure.retained
        else ""
    )
    return f"{erasure.source}: {erasure.removed} removed, {erasure.anonymised} anonymised{kept}"


def _tell(failed, residual=()) -> None:
    for part in failed:
        click.echo(f"incomplete: plugin {part.plugin}: {part.reason}", err=True)
    for name in residual:
        click.echo(f"incomplete: table {name} belongs to no active plugin", err=True)
