"""``dihya backup`` and ``dihya restore``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import AppInfo, Hooks, Plugins

if TYPE_CHECKING:
    from dihya_hookspecs.backup import Staging

    from .container import Manifest
    from .restoring import Arrive
    from .seal import Key

FILE = click.Path(path_type=Path, dir_okay=False)


class _Group(click.Group):
    """``dihya backup FILE`` means ``dihya backup create FILE``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["create", *args]
        return super().parse_args(ctx, args)


def _sealed(command: Callable[..., Any]) -> Callable[..., Any]:
    key = click.option(
        "--key-file", type=FILE, help="The key that seals and opens (also the variable DIHYA_BACKUP_KEY_FILE)."
    )
    return key(command)


_unsigned = click.option(
    "--unsigned", is_flag=True, help="Accept a backup made with public keys only: nobody can tell by whom."
)


@click.group(cls=_Group)
def backup() -> None:
    """Write everything into one sealed FILE while it is used; prove a backup; make a key."""


@backup.command()
@click.argument("file", type=FILE)
@_sealed
@click.option("--recipient", "names", multiple=True, help="A public key (age1…) that can open it too, or alone.")
def create(file: Path, key_file: Path | None, names: tuple[str, ...]) -> None:
    """Write database, files, keys and configuration into FILE; also said without the word create."""
    from .saving import parts_of, save
    from .seal import recipients
    from .settings import Settings
    from .staged import configuration

    act = current()
    key = _key(key_file, act.get(AppInfo).data)
    everybody = [*names, *act.get(Settings).recipients, *([key.public] if key else [])]
    if not everybody:
        raise Invalid(
            "no key seals the backup; make one with 'dihya backup key FILE', keep it away from this machine too, and "
            "say --key-file FILE",
            code="key",
        )
    config = configuration(click.get_current_context().find_root().params)
    with act.get(Acts).open("backup.create", actor=OPERATOR) as own:
        parts = parts_of(own.get(Plugins))
        manifest = save(file.absolute(), own.get(AppInfo), parts, recipients(everybody), key, config)
        own.record("backup.create", object=f"backup:{manifest.digest[:16]}", files=len(manifest.files))
    click.echo(f"{file}: {len(manifest.files)} files, {_megabytes(file.stat().st_size)}, sealed", err=True)
    click.echo(f"backup {manifest.digest[:16]} of {manifest.taken_at}", err=True)


@backup.command()
@click.argument("file", type=FILE)
@_sealed
@_unsigned
def verify(file: Path, key_file: Path | None, unsigned: bool) -> None:
    """Prove FILE: open it, check every byte, restore it in a temporary place, and check what is there."""
    from .restoring import verify as try_out
    from .saving import parts_of

    act = current()
    info = act.get(AppInfo)
    done = try_out(file, info, parts_of(act.get(Plugins)), _needed(key_file, info.data), _arrive(), unsigned=unsigned)
    _tell(done.manifest, done.said)
    click.echo("verified", err=True)


@backup.command("key")
@click.argument("file", type=FILE)
def key_(file: Path) -> None:
    """Make a key in FILE. Without it no backup can be opened: keep copies of it, away from the data."""
    from .seal import Key

    key = Key.make(file)
    click.echo(f"{file}: key made; keep copies of it away from the data, without it no backup can be opened", err=True)
    click.echo(key.public)


@backup.command(hidden=True)
def arrive() -> None:
    """Bring the application that was just restored up to date, and let every part check itself."""
    from dihya_hookspecs.backup import Restored

    from .saving import parts_of

    said = json.load(sys.stdin)
    acts = current().get(Acts)
    if not said["rehearsal"]:
        previous = Path(said["previous"]) if said["previous"] else None
        restored = Restored(said["taken_at"], said["made_on"], said["digest"], said["reason"], previous)
        with acts.open("backup.restore", actor=OPERATOR) as act:
            act.get(Hooks).call("on_restored", restored=restored)
            act.record("backup.restore", object=f"backup:{said['digest'][:16]}", taken_at=said["taken_at"])
    for _, part in parts_of(current().get(Plugins)):
        if part.check:
            with acts.open("backup.check", actor=OPERATOR):
                click.echo(f"{part.name}: {part.check()}")


@click.command()
@click.argument("file", type=FILE)
@_sealed
@click.option("--force", is_flag=True, help="Replace what is there; it is kept aside.")
@_unsigned
@click.option("--without", multiple=True, metavar="PLUGIN", help="Restore although this plugin is missing here.")
@click.option("--reason", default="", help="Why, for the audit log.")
def restore(
    file: Path, key_file: Path | None, force: bool, unsigned: bool, without: tuple[str, ...], reason: str
) -> None:
    """Put the backup in FILE in the place of what is here, all of it or nothing. Stop the server first."""
    from .occupancy import alone
    from .restoring import restore as put_back
    from .saving import parts_of
    from .staged import configuration

    act = current()
    info = act.get(AppInfo)
    key = _needed(key_file, info.data)
    config = configuration(click.get_current_context().find_root().params) or Path("dihya.toml").absolute()
    with alone(info.data):
        done = put_back(
            file, info, parts_of(act.get(Plugins)), key, _arrive(reason), config,
            force=force, unsigned=unsigned, without=without,
        )  # fmt: skip
    _tell(done.manifest, [*done.said, *done.notes])
    for place in done.kept:
        click.echo(f"what was here is kept as {place}", err=True)
    click.echo(f"restored: {file}", err=True)


def _key(path: Path | None, data: Path) -> Key | None:
    from .seal import Key
    from .settings import Settings

    if path is not None:
        if path.resolve().is_relative_to(data.resolve()):
            raise Invalid(f"{str(path)!r} lies in the data folder, which it is to protect; move it away", code="key")
        return Key.read(path)
    secret = current().get(Settings).key.get_secret_value()
    return Key(secret) if secret else None


def _needed(path: Path | None, data: Path) -> Key:
    key = _key(path, data)
    if key is None:
        raise Invalid("no key opens the backup; say --key-file FILE or set DIHYA_BACKUP_KEY_FILE", code="key")
    return key


def _arrive(reason: str = "") -> Arrive:
    from .staged import arrive, options_of

    params = click.get_current_context().find_root().params

    def run(staging: Staging, manifest: Manifest) -> list[str]:
        facts = {"taken_at": manifest.taken_at, "made_on": manifest.made_on, "digest": manifest.digest}
        return arrive(staging, {**facts, "reason": reason[:200]}, options_of(params, staging))

    return run


def _tell(manifest: Manifest, lines: list[str]) -> None:
    with suppress(BrokenPipeError):
        click.echo(
            f"backup {manifest.digest[:16]} of {manifest.taken_at}, made on {manifest.made_on}: "
            f"{len(manifest.files)} files, {_megabytes(manifest.size)}"
        )
        for line in lines:
            click.echo(line)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"


COMMANDS = (backup, restore)
