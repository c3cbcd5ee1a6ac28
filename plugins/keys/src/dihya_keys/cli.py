"""``dihya keys``: what there is, to another machine and back, a new key."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.keys import Keys

if TYPE_CHECKING:
    from .handover import Lock
    from .service import FileKeys

FILE = click.Path(path_type=Path, dir_okay=False)


def _secret(command: Callable[..., Any]) -> Callable[..., Any]:
    words = click.option(
        "--passphrase-file", type=FILE, help="Its first line is the passphrase; asked for if left out."
    )
    key = click.option(
        "--key-file", type=FILE, help="A key as 'dihya backup key FILE' writes it, instead of a passphrase."
    )
    return words(key(command))


@click.group()
def keys() -> None:
    """List the private keys, take them to another machine, replace one."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_keys(as_json: bool) -> None:
    """List the keys: name, id, since when, what for. No secret is shown."""
    found: FileKeys = get(Keys)
    purposes = {use.name: str(use.purpose) for use in found.uses()}
    rows = []
    for name in sorted({*found.names(), *purposes}):
        signer = found.signer(name) if name in found.names() else None
        made = f"{signer.made_at:%Y-%m-%d}" if signer else ""
        rows.append({"name": name, "id": signer.id if signer else "", "made": made, "purpose": purposes.get(name, "")})
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['name']:<18} {row['id'] or 'not made yet':<16} {row['made']:<10}  {row['purpose']}".rstrip())


@keys.command()
@click.argument("file", type=FILE)
@_secret
def export(file: Path, passphrase_file: Path | None, key_file: Path | None) -> None:
    """Write all keys into FILE, sealed, for another machine on the same database."""
    from .handover import Handover

    if file.exists():
        raise Invalid(f"{str(file)!r} exists already; choose another name", code="exists", status=409)
    lock = _lock(passphrase_file, key_file, confirm=True)
    with get(Acts).open("keys.export", actor=OPERATOR) as act:
        found = Handover.of(get(Keys))
        act.record("keys.exported", keys=len(found.keys))
        found.write(file, lock)
    click.echo(
        f"{len(found.keys)} keys are in {file}; run 'dihya keys import' with it on the other machine, then remove it"
    )


@keys.command("import")
@click.argument("file", type=FILE)
@_secret
def import_keys(file: Path, passphrase_file: Path | None, key_file: Path | None) -> None:
    """Take the keys out of FILE, which 'dihya keys export' wrote on a machine of the same installation."""
    from .handover import Handover, hand_along

    here: FileKeys = get(Keys)
    found = Handover.read(file, _lock(passphrase_file, key_file))
    new = found.put(here.folder, here.ledger)
    hand_along(found, here)
    with get(Acts).open("keys.import", actor=OPERATOR) as act:
        act.record("keys.imported", keys=len(new))
    click.echo(f"{len(new)} keys are in {here.folder.path} now, and {len(found.keys) - len(new)} were there already")


@keys.command()
@click.argument("name")
def rotate(name: str) -> None:
    """Replace key NAME now; the machines of this installation know the new one within a minute."""
    uses = {use.name: use for use in get(Keys).uses()}
    if name not in uses:
        raise NotFound(f"no plugin has a key {name!r}; known: {', '.join(sorted(uses))}", code="no-key")
    turn = uses[name].rotate
    if turn is None:
        raise Invalid(f"key {name!r} is for good: what it has signed would not be known any more", code="key-stays")
    id = turn()
    with get(Acts).open("keys.rotate", actor=OPERATOR) as act:
        act.record("keys.rotated", object=f"key:{name}", id=id)
    click.echo(f"{name} is {id} from now on")


def _lock(passphrase_file: Path | None, key_file: Path | None, *, confirm: bool = False) -> Lock:
    from .handover import KeyFile, Passphrase

    if key_file and passphrase_file:
        raise Invalid("give --passphrase-file or --key-file, not both", code="key-file")
    if key_file:
        return KeyFile(key_file)
    if passphrase_file:
        try:
            return Passphrase(passphrase_file.read_text("utf-8").partition("\n")[0].rstrip("\r"))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise Invalid(
                f"the passphrase file {str(passphrase_file)!r} cannot be read: {reason}", code="key-file"
            ) from error
    return Passphrase(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))


COMMANDS = (keys,)
