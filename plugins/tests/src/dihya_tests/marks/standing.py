"""Whether the record of each plugin of a repository still counts: its wheel is built, and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid

from .. import work
from ..suite.target import Target, resolve
from . import record as records

STATEMENTS = "statements"
TENTH = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """A plugin of the repository, and what is recorded of it.

    Attributes:
        record: None where there is none that can be read.
        flaw: why the record does not count; empty where it does.
        retested: True when the wheel is the same, and what lies beside it, such as its tests, is not.
        missing: True where there is no record at all: the plugin was never checked, and the page says so.
    """

    name: str
    folder: Path
    record: records.Record | None
    flaw: str
    retested: bool = False
    missing: bool = False


def plugins(folder: Path) -> list[Path]:
    """Return the folders of a repository's plugins. Raises Invalid where there is none."""
    found = sorted(path.parent for path in folder.glob("*/pyproject.toml"))
    if not found:
        raise Invalid(f"no plugins in {str(folder)!r}: no folder in it has a pyproject.toml")
    return found


def named(folders: Sequence[Path], names: Iterable[str]) -> list[Path]:
    """Return the folders that are named. Raises Invalid for a name that none has."""
    known = {folder.name: folder for folder in folders}
    if strange := [name for name in names if name not in known]:
        raise Invalid(f"no plugin {strange[0]!r} here; there are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)]


def turn(folders: Sequence[Path], day: date) -> list[Path]:
    """Return the tenth whose turn it is on a day: in ten days each plugin has had one."""
    return list(folders[day.toordinal() % TENTH :: TENTH])


def standing(folders: Iterable[Path], docs: Path, data: Path, now: datetime | None = None) -> Iterator[Standing]:
    """Yield how the record of each plugin stands. The code of none is run.

    Args:
        docs: the folder in which ``statements`` lies.
        data: the data folder of this installation, below which it works.
    """
    with work.folder(work.place(data)) as root:
        for folder in folders:
            with tempfile.TemporaryDirectory(dir=root) as place:
                yield _standing(folder, docs, Path(place), data, now)


def _standing(folder: Path, docs: Path, place: Path, data: Path, now: datetime | None) -> Standing:
    path = docs / STATEMENTS / f"{folder.name}.json"
    if not path.is_file():
        return Standing(folder.name, folder, None, f"there is no {path.as_posix()!r}", missing=True)
    try:
        record = records.read(path)
        target = resolve(str(folder), place, without=[data])
    except DihyaError as error:
        return Standing(folder.name, folder, None, error.message)
    return Standing(target.name, folder, record, _flaw(record, target, now), _retested(record, target))


def _flaw(record: records.Record, target: Target, now: datetime | None) -> str:
    if record.name != target.name:
        return f"the record is about plugin {record.name!r}"
    return records.flaw(record, target.parcel.sha256, now)


def _retested(record: records.Record, target: Target) -> bool:
    return record.statement.subject.sources_sha256 != target.sources_sha256
