"""The code that was replaced or taken out, as a wheel, so that a change can be undone."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dihya_hookspecs.storage import zip_entry
from dihya_hookspecs.wheels import digest

from .swap import Move

PLACE = Path(".install", "kept")
NOT_OURS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


@dataclass(frozen=True, slots=True)
class KeptWheel:
    """A version that can be put back.

    Attributes:
        revision: to which the newer code takes the tables back before; None where they stay as they are.
        replaced: another version took its place; False when it was uninstalled.
    """

    wheel: Path
    name: str
    version: str
    revision: str | None
    replaced: bool
    at: str


def keep(data: Path, move: Move, *, revision: str | None) -> bool:
    """Keep what a move took out, and nothing that was kept before; return False where there is none, or no room for it.

    A first installation takes nothing out, and an editable one had no code of its own.

    Args:
        revision: see ``KeptWheel``.
    """
    folder = data / PLACE / move.name
    fresh = folder.with_name(f".{move.name}")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True, mode=0o700)
        version = _pack(move.stage / "old", move.name, fresh)
        said = {
            "version": version,
            "revision": revision,
            "replaced": bool(move.new),
            "at": f"{datetime.now(UTC):%FT%TZ}",
        }
        (fresh / "kept.json").write_text(json.dumps(said), "utf-8")
    except OSError:  # the change itself has succeeded; only its undoing has no room
        version = ""
    shutil.rmtree(folder, ignore_errors=True)
    if version:
        fresh.rename(folder)
    shutil.rmtree(fresh, ignore_errors=True)
    return bool(version)


def kept(data: Path) -> Iterator[KeptWheel]:
    """Yield what is kept, by name."""
    for folder in sorted((data / PLACE).glob("[!.]*")):
        with suppress(OSError, ValueError, KeyError):
            said = json.loads((folder / "kept.json").read_text("utf-8"))
            (wheel,) = folder.glob("*.whl")
            yield KeptWheel(wheel, folder.name, said["version"], said["revision"], said["replaced"], said["at"])


def forget(data: Path, name: str) -> None:
    """Throw away what is kept of a plugin."""
    shutil.rmtree(data / PLACE / name, ignore_errors=True)


def _pack(place: Path, name: str, out: Path) -> str:
    """Write the wheel of an installed package that lies in *place*; return its version, empty when there is none to write."""
    infos = [path for path in place.glob("*.dist-info") if (path / "RECORD").is_file()]
    if len(infos) != 1 or not (place / f"dihya_{name}" / "__init__.py").is_file():
        return ""
    (info,) = infos
    version = info.name.removesuffix(".dist-info").rpartition("-")[2]
    rows: list[tuple[str, str, int | str]] = []
    with zipfile.ZipFile(out / f"dihya_{name}-{version}-py3-none-any.whl", "w") as archive:
        for path in sorted([*(place / f"dihya_{name}").rglob("*"), *info.rglob("*")]):
            if not path.is_file() or "__pycache__" in path.parts or (path.parent == info and path.name in NOT_OURS):
                continue
            content, entry = path.read_bytes(), path.relative_to(place).as_posix()
            archive.writestr(zip_entry(entry), content)
            rows.append((entry, digest(content), len(content)))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([*rows, (f"{info.name}/RECORD", "", "")])
        archive.writestr(zip_entry(f"{info.name}/RECORD"), text.getvalue())
    return version
