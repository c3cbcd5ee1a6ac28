"""``dihya audit``: verify, checkpoint, export, anchors."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.group()
def audit() -> None:
    """Read, export and verify the audit log."""


@audit.command()
@click.argument("bundle", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--vkey", help="The verifier key that you trust, if it is not the one of this application.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(bundle: Path | None, vkey: str | None, as_json: bool) -> None:
    """Verify BUNDLE offline, or the whole log in the database when no BUNDLE is given.

    A bundle is checked with --vkey, otherwise with this application's own key. The exit code is 0 only if everything holds,
    1 if not, and 2 if it holds but nobody knows whose key signed it.
    """
    from .verify import show, verify_bundle

    if bundle:
        sys.exit(show(verify_bundle(bundle.read_bytes(), vkey or _own_key()), as_json))
    with _act("audit.verify") as act:
        from dihya_hookspecs.audit import AuditLog

        report = act.get(AuditLog).verify(vkey)
    sys.exit(show(report, as_json))


@audit.command()
@click.option("--reason", required=True, help="Why the log goes on; it stands in the log for ever and names no person.")
def accept(reason: str) -> None:
    """Record why the log goes on although it is not what was signed last, and let it be signed again.

    Find out what happened first: 'dihya audit verify' shows what differs. Where a backup holds what is missing, restore it
    instead.
    """
    from dihya_hookspecs.audit import AuditLog

    with _act("audit.accept") as act:
        found = act.get(AuditLog).accept(reason, act.actor.id if act.actor else None, act.id)
    click.echo(f"recorded: {found.line()}")


@audit.command()
def checkpoint() -> None:
    """Print the newest signed checkpoint, to be kept where nobody can change it."""
    from dihya_hookspecs.audit import AuditLog

    with _act("audit.checkpoint") as act:
        click.echo(act.get(AuditLog).checkpoint(), nl=False)


@audit.command()
@click.option("--act", "act_id", help="Only the entries of this act (a request id), each with its proof.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; audit.zip if left out.")
def export(act_id: str | None, out: Path | None) -> None:
    """Write a ZIP that 'dihya audit verify' checks offline; a file that exists is not replaced."""
    from dihya_hookspecs import Invalid
    from dihya_hookspecs.audit import AuditLog

    out = out or Path("audit.zip")
    if out.exists():
        raise Invalid(f"{str(out)!r} exists already; choose another name with --out", code="exists", status=409)
    with _act("audit.export") as act:
        data = act.get(AuditLog).bundle(act_id)
        act.record("audit.export", object=act_id, bytes=len(data))
    with out.open("xb") as file:
        file.write(data)
    click.echo(str(out))


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def anchors(as_json: bool) -> None:
    """List the places outside the database that receive checkpoints, and how far they are."""
    import json

    from dihya_hookspecs.audit import AuditLog

    with _act("audit.anchors") as act:
        found = act.get(AuditLog).anchors()
    if as_json:
        click.echo(json.dumps(found))
        return
    for anchor in found:
        click.echo(f"{anchor['name']}: {anchor['anchored']} of {anchor['newest']} entries anchored")


@audit.command()
def key() -> None:
    """Print the verifier key, to be given to whoever is to check bundles."""
    from dihya_hookspecs.audit import AuditLog

    with _act("audit.key") as act:
        click.echo(str(act.get(AuditLog).signer.verifier))


def _own_key() -> str | None:
    """Return the verifier key of this application's log; None where there is none."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.keys import Keys

    from .keys import NoKey, signer

    try:
        return str(signer(get(Keys)).verifier)
    except NoKey:
        return None


def _act(name: str):
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, get

    return get(Acts).open(name, actor=OPERATOR)


COMMANDS = (audit,)
