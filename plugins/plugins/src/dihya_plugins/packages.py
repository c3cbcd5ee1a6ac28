"""What comes from outside, looked through and made into a wheel: nothing of it runs meanwhile."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.wheels import Wheel, digest, inspected, opened

from .building import built, check_build, check_links
from .sentences import refused

PROVENANCE = ".dihya/provenance.json"


@dataclass(frozen=True, slots=True)
class Parcel(Wheel):
    """A plugin as a wheel that was looked through, and where it came from.

    Attributes:
        source: the folder ``src`` of the author when the plugin shall be run from there; None for a copy.
        generated: it says that Dihya wrote it. Nobody vouches for that.
    """

    source: Path | None = None
    generated: bool = False

    @classmethod
    def of(cls, wheel: Wheel, source: Path | None = None, *, generated: bool = False) -> Parcel:
        """Return a wheel with its origin."""
        return cls(
            wheel.path, wheel.name, wheel.version, wheel.info, wheel.requires, wheel.python, source, generated
        )  # fmt: skip

    def unpack(self, place: Path) -> None:
        """Unpack package and metadata into *place*."""
        with opened(self.path) as archive:
            archive.extractall(place)


def received(source: Path, work: Path, *, editable: bool = False) -> Parcel:
    """Return the plugin in a folder, a ZIP file of one, or a wheel, as a wheel below *work*.

    Raises:
        Invalid: it is no plugin, or it could do something while it is built or installed.
        DihyaError: it could not be built.
    """
    source = source.resolve()
    if source.suffix == ".whl" and source.is_file():
        if editable:
            raise refused(mark("%(file)r is a wheel; --editable takes the folder of a plugin"), file=source.name)
        return Parcel.of(inspected(_brought(source, work)))
    folder = work / "source"
    if source.is_dir():
        _copy(source, folder)
    elif source.suffix == ".zip" and source.is_file() and not editable:
        _unzip(source, folder)
        inner = [path for path in folder.iterdir() if path.is_dir()]
        folder = folder if (folder / "pyproject.toml").is_file() or len(inner) != 1 else inner[0]
    else:
        raise refused(
            mark("%(file)r is no plugin; give its folder, such as dihya-association, its ZIP or its wheel"),
            file=str(source),
        )
    check_links(folder)
    check_build(folder, source)
    found = inspected(built(folder, work / "wheel"))
    return Parcel.of(found, source / "src" if editable else None, generated=(folder / PROVENANCE).is_file())


def _brought(wheel: Path, work: Path) -> Path:
    """Copy a wheel, so that nothing changes after the look."""
    try:
        return Path(shutil.copy(wheel, work))
    except OSError as error:
        raise refused(
            mark("%(file)r cannot be copied: %(why)s"), DihyaError, file=str(wheel), why=str(error)
        ) from error


def _copy(source: Path, folder: Path) -> None:
    """Copy what can belong to a plugin; what is built is the copy, so that nothing changes after the look."""

    def left_out(place: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or (name.startswith(".") and name != ".dihya")}

    try:
        shutil.copytree(source, folder, symlinks=True, ignore=left_out)
    except (OSError, shutil.Error) as error:
        raise refused(
            mark("%(file)r cannot be copied: %(why)s"), DihyaError, file=str(source), why=str(error)
        ) from error


def _unzip(source: Path, folder: Path) -> None:
    with opened(source) as archive:
        archive.extractall(folder)


def write_record(place: Path, info: str) -> None:
    """Write RECORD for what lies in *place*, so that pip can uninstall it."""
    rows = []
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        if path != place / info / "RECORD":
            content = path.read_bytes()
            rows.append((path.relative_to(place).as_posix(), digest(content), len(content)))
    with (place / info / "RECORD").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*rows, (f"{info}/RECORD", "", "")])
