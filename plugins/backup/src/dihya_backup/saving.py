"""Make a backup: hold what must stay, save the parts around the database's snapshot, seal it all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.backup import BackupPart
from filelock import FileLock, Timeout

from . import loose
from .container import Manifest, Writer
from .seal import Key, Sealing

MOMENTS = ("before", "snapshot", "after")
Parts = Sequence[tuple[str, BackupPart]]


def parts_of(plugins: Plugins) -> Parts:
    """Return what the active plugins say of their data, as (plugin, part)."""
    return plugins.collected("register_backup_parts")


def claims_of(parts: Parts) -> list[str]:
    """Return the patterns of all paths that are not simply copied."""
    return [pattern for _, part in parts for pattern in part.claims]


@contextmanager
def room(data: Path) -> Iterator[Path]:
    """Give an empty folder below the data folder, and remove what an earlier, killed run left there.

    Raises:
        Invalid: another backup or restore is under way.
    """
    work = data / "work"
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(work / "backup.lock", timeout=0, thread_local=False, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise Invalid("another backup or restore is under way here; wait for it", code="busy", status=409) from None
    try:
        for left in work.glob("backup-*/"):
            shutil.rmtree(left, ignore_errors=True)
        folder = work / f"backup-{os.getpid()}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        lock.release()


def save(
    target: Path, info: AppInfo, parts: Parts, to: Sequence[Any], key: Key | None, config: Path | None
) -> Manifest:
    """Write the backup to *target*, which appears whole or not at all. Called in an act.

    Raises:
        Invalid: *target* exists, or another backup is being made.
        DihyaError: something could not be read or written.
    """
    if target.exists():
        raise Invalid(f"{str(target)!r} exists already; choose another name", code="exists", status=409)
    part_file = target.with_name(f"{target.name}.part")
    try:
        with room(info.data) as folder, _sealed(part_file) as file:
            manifest = _manifest(info)
            with Sealing(file, to) as sealing:
                writer = Writer(sealing, manifest, key)
                try:
                    _fill(writer, manifest, folder, info, parts, config)
                    writer.close()
                finally:
                    writer.abandon()
        os.link(part_file, target)  # unlike a rename, this never replaces a file that came up meanwhile
        _sync(target.parent)
    except FileExistsError:
        raise Invalid(f"{str(target)!r} exists already; choose another name", code="exists", status=409) from None
    except OSError as error:
        raise DihyaError(f"{str(target)!r} cannot be written: {error.strerror or error}", code="backup") from error
    finally:
        part_file.unlink(missing_ok=True)
    return manifest


def _fill(writer: Writer, manifest: Manifest, folder: Path, info: AppInfo, parts: Parts, config: Path | None) -> None:
    with ExitStack() as held:
        for _, part in parts:
            if part.hold:
                held.enter_context(part.hold())
        seen = _loose(writer, info.data, parts, set())
        for moment in MOMENTS:
            for plugin, part in parts:
                if part.save and part.moment == moment:
                    _part(writer, manifest, folder, plugin, part)
        _loose(writer, info.data, parts, seen)  # a key that was made meanwhile: the snapshot may refer to it
    if config is not None:
        local = {plugin: part.local_settings for plugin, part in parts if part.local_settings}
        copy = folder / "dihya.toml"
        copy.write_text(loose.portable(config.read_text("utf-8"), local), "utf-8")
        writer.add("settings/dihya.toml", copy)


def _loose(writer: Writer, data: Path, parts: Parts, seen: set[str]) -> set[str]:
    for name, path in loose.files(data, claims_of(parts)):
        if name not in seen:
            with suppress(FileNotFoundError):  # it went while we looked
                writer.add(f"files/{name}", path)
                seen.add(name)
    return seen


def _part(writer: Writer, manifest: Manifest, folder: Path, plugin: str, part: BackupPart) -> None:
    own = folder / part.name
    own.mkdir(mode=0o700)
    try:
        part.save(own)  # type: ignore[misc]
    except OSError as error:
        raise DihyaError(
            f"plugin {plugin!r} could not save its part: {error.strerror or error}", code="backup"
        ) from error
    manifest.parts.append(part.name)
    for path in sorted(own.rglob("*")):
        if path.is_file():
            writer.add(f"parts/{part.name}/{path.relative_to(own).as_posix()}", path)
    shutil.rmtree(own)


@contextmanager
def _sealed(path: Path) -> Iterator[Any]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)
    with open(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(handle)


def _manifest(info: AppInfo) -> Manifest:
    plugins = {plugin.name: plugin.version for plugin in info.plugins}
    return Manifest(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", _installation(info.data), plugins)


def _installation(data: Path) -> str:
    """Return what identifies this installation; made at the first backup, and never restored to another place."""
    path = data / "backup-id"
    if not path.exists():
        with suppress(FileExistsError), open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(8))
    return path.read_text().strip()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
