"""Put a backup back: beside what is there, checked, and then in its place in one move; or only try it out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.backup import Staging, Swap

from . import loose
from .container import Manifest, unpack
from .saving import Parts, room
from .seal import Key

Arrive = Callable[[Staging, Manifest], list[str]]


@dataclass(slots=True)
class Outcome:
    """What was put back, what its parts said, and where the old things are kept."""

    manifest: Manifest
    said: list[str]
    kept: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(file: Path, info: AppInfo, parts: Parts, key: Key, arrive: Arrive, *, unsigned: bool) -> Outcome:
    """Try a backup out in a temporary place. Called in an act. Raises DihyaError when it is not whole."""
    with room(info.data) as folder:
        staging = Staging(folder / "data", rehearsal=True)
        with _staged(file, folder, staging, parts, key, unsigned, ()) as (manifest, _):
            said = arrive(staging, manifest)
            for swap in staging.swaps:
                swap.discard()
            return Outcome(manifest, said)


def restore(
    file: Path,
    info: AppInfo,
    parts: Parts,
    key: Key,
    arrive: Arrive,
    config: Path,
    *,
    force: bool,
    unsigned: bool,
    without: Sequence[str],
) -> Outcome:
    """Put a backup in the place of what is there. Called in an act that has touched nothing.

    Raises:
        Invalid: there is something already, or a plugin is missing.
        DihyaError: the backup is not whole. What was there is there still.
    """
    data = info.data
    if os.path.ismount(data):
        raise Invalid(
            f"{str(data)!r} is a mount point and cannot be exchanged; set dihya.data to a folder below it", code="place"
        )
    there = held(data, parts)
    if there and not force:
        raise Invalid(
            f"{str(data)!r} holds data already ({there}); say --force to replace it (it is kept aside)",
            code="not-empty",
            status=409,
        )
    anything = any(True for _ in loose.files(data, ["serve.pid", "work/*"]))
    with _beside(data) as folder:
        staging = Staging(folder / "data", previous=data if anything else None, replace=force, without=tuple(without))
        with _staged(file, folder, staging, parts, key, unsigned, without, info) as (manifest, notes):
            said = arrive(staging, manifest)
            notes += _settings(folder / "content" / "settings" / "dihya.toml", config)
            return Outcome(manifest, said, _put_all(staging, data), notes)


def held(data: Path, parts: Parts) -> str:
    """Return the name of a file that makes the folder not empty: one that a backup would hold."""
    worthless = [pattern for _, part in parts if part.save is None for pattern in part.claims]
    judges = [(part.claims, part.holds) for _, part in parts if part.holds]
    for name, path in loose.files(data, [*worthless, "serve.pid"]):
        if all(holds(path) for claims, holds in judges if loose.claimed(name, claims)):
            return name
    return ""


@contextmanager
def _staged(
    file: Path,
    folder: Path,
    staging: Staging,
    parts: Parts,
    key: Key,
    unsigned: bool,
    without: Sequence[str],
    info: AppInfo | None = None,
) -> Iterator[tuple[Manifest, list[str]]]:
    """Unpack, let every part put itself back into the staging, and take it all away again if something fails."""
    content = folder / "content"
    content.mkdir(mode=0o700)
    manifest = unpack(file, key, content, unsigned=unsigned)
    notes = _compare(manifest, info, without) if info else []
    (content / "files").mkdir(exist_ok=True, mode=0o700)
    os.replace(content / "files", staging.data)
    try:
        known = {part.name: part for _, part in parts}
        for name in manifest.parts:
            own = content / "parts" / name
            own.mkdir(parents=True, exist_ok=True, mode=0o700)
            if (part := known.get(name)) and part.restore:
                part.restore(own, staging)
            else:
                notes.append(f"nobody here puts the part {name!r} back; it is left out")
        yield manifest, notes
    except BaseException:
        for swap in staging.swaps:
            swap.discard()
        raise


def _compare(manifest: Manifest, info: AppInfo, without: Sequence[str]) -> list[str]:
    """Say what is another version here. Raises Invalid when a plugin is missing that had data."""
    here = {plugin.name: plugin.version for plugin in info.plugins}
    missing = [f"{name} {version}" for name, version in manifest.plugins.items() if name not in here]
    unwilling = [line for line in missing if line.partition(" ")[0] not in without]
    if unwilling:
        raise Invalid(
            f"the backup comes from an application with {', '.join(unwilling)}, which is missing here; install it, or "
            f"say --without {unwilling[0].partition(' ')[0]} to restore its data without it",
            code="missing-plugin",
            status=409,
        )
    others = [
        f"{name} was {version} and is {here[name]}"
        for name, version in manifest.plugins.items()
        if name in here and here[name] != version
    ]
    return [f"without {line}: its data is there, and nobody answers for it" for line in missing] + others


def _put_all(staging: Staging, data: Path) -> list[str]:
    """Exchange everything, or nothing."""
    swaps = [*staging.swaps, _data_swap(staging, data)]
    kept: list[str] = []
    for number, swap in enumerate(swaps):
        try:
            kept.append(swap.put())
        except Exception as error:
            for done in reversed(swaps[:number]):
                done.undo()
            reason = getattr(error, "strerror", None) or error
            raise DihyaError(f"the restored data could not be put in its place: {reason}", code="restore") from error
    return [place for place in kept if place]


def _data_swap(staging: Staging, data: Path) -> Swap:
    aside = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")

    def put() -> str:
        os.replace(data, aside)
        try:
            os.replace(staging.data, data)
        except OSError:
            os.replace(aside, data)
            raise
        if staging.previous is None:
            shutil.rmtree(aside)  # it was empty
            return ""
        return str(aside)

    def undo() -> None:
        os.replace(data, staging.data)
        os.replace(aside, data)

    return Swap(put, undo, lambda: None)


def _settings(saved: Path, config: Path) -> list[str]:
    """Write the configuration of the backup where there is none; say so, or say where to look."""
    if not saved.is_file():
        return []
    if config.exists():
        return [f"{str(config)!r} stays as it is; the one in the backup was not used"]
    shutil.copyfile(saved, config)
    os.chmod(config, 0o600)
    return [f"{str(config)!r} was written from the backup; places and addresses of the old machine are not in it"]


@contextmanager
def _beside(data: Path) -> Iterator[Path]:
    """Give an empty folder on the file system of the data folder, so that a rename is enough."""
    folder = data.with_name(f"{data.name}.restoring-{os.getpid()}")
    try:
        folder.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        raise DihyaError(f"{str(folder)!r} cannot be written: {error.strerror or error}", code="restore") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
