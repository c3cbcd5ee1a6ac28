"""Old files out, new files in, by renaming alone; a journal lets whoever comes next finish or undo it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import mark
from packaging.utils import canonicalize_name

from .repair import JOURNAL
from .sentences import refused

LOCK = "install.lock"


@dataclass(slots=True)
class Move:
    """One plugin's files that are about to change.

    Attributes:
        place: the folder of the environment in which packages lie.
        old, new: what is taken out of it and what is put into it: files and folders directly below.
        revision: of its tables before; None as long as nothing has touched them.
        swapping: True when everything is ready, and nothing but renaming is left.
        back: the revision to which the code that is there takes its tables before the older code takes its place.
        by, digest: who asked for it, and the SHA-256 of the wheel, for the audit log.
    """

    name: str
    place: str
    version: str = ""
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    source: str = ""
    revision: str | None = None
    swapping: bool = False
    back: str | None = None
    by: str = "operator"
    digest: str = ""

    @property
    def stage(self) -> Path:
        """Where the new files wait and the old ones are kept: beside the others, so that moving is renaming."""
        return Path(self.place) / f".dihya-{self.name}"

    @property
    def path(self) -> list[str]:
        """What stands in front of Python's path while the new files are tried."""
        return [str(self.stage / "new"), *([self.source] if self.source else [])]

    def write(self, data: Path) -> None:
        """Write the journal; it is on the disk when this returns."""
        file = data / f"{JOURNAL}.new"
        with file.open("w", encoding="utf-8") as text:
            json.dump(asdict(self), text)
            text.flush()
            os.fsync(text.fileno())
        file.replace(data / JOURNAL)

    def swap(self) -> None:
        """Take the old files out and put the new ones in; may be called again after it was interrupted."""
        place, old, new = Path(self.place), self.stage / "old", self.stage / "new"
        old.mkdir(parents=True, exist_ok=True)
        for entry in self.old:
            if (place / entry).exists() and not (old / entry).exists():
                (place / entry).rename(old / entry)
        for entry in self.new:
            if (new / entry).exists():
                (new / entry).rename(place / entry)

    def unswap(self) -> None:
        """Undo what ``swap`` did, however far it came."""
        place, old, new = Path(self.place), self.stage / "old", self.stage / "new"
        for entry in self.new:
            if (place / entry).exists() and not (new / entry).exists():
                (place / entry).rename(new / entry)
        for entry in self.old:
            if (old / entry).exists():
                (old / entry).rename(place / entry)

    def end(self, data: Path) -> None:
        """Forget the journal, and then what is not needed any more."""
        (data / JOURNAL).unlink(missing_ok=True)
        shutil.rmtree(self.stage, ignore_errors=True)


def found(data: Path) -> Move | None:
    """Return what an installation that was interrupted was about to do, if there is one."""
    try:
        return Move(**json.loads((data / JOURNAL).read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise refused(
            mark("%(file)r cannot be read: %(why)s; restore it, or remove it"), DihyaError,
            file=str(data / JOURNAL), why=str(error),
        ) from error  # fmt: skip


@contextmanager
def alone(data: Path, who: str = "", work: str = "", *, held: int | None = None) -> Iterator[int]:
    """Hold the lock of installations and yield its descriptor; processes that inherit it hold it too.

    Args:
        who, work: what somebody is told who comes meanwhile: ``Ann``, ``install club 0.2.0``.
        held: the descriptor of the lock, where this process has inherited it.

    Raises:
        Invalid: (409) somebody else is at it; it says who.
    """
    handle = lock(data, who, work) if held is None else held
    try:
        yield handle
    finally:
        if held is None:
            os.close(handle)


def lock(data: Path, who: str, work: str) -> int:
    """Take the lock of installations, and leave in it who has it. Raises Invalid as ``alone`` does."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        found = _holder(handle)
        os.close(handle)
        somebody = mark("another installation is under way here: %(who)s is at it (%(work)s); wait for it")
        text = somebody if found.get("who") else mark("another installation is under way here; wait for it")
        raise refused(text, code="under-way", status=409, params=found, **found) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps({"who": who, "work": work} if who else {}).encode(), 0)
    return handle


def holder(data: Path) -> dict[str, str] | None:
    """Return who holds the lock, as far as they said; None when nobody does."""
    try:
        handle = os.open(data / LOCK, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(handle)
    finally:
        os.close(handle)
    return None


def _holder(handle: int) -> dict[str, str]:
    try:
        found = json.loads(os.pread(handle, 1000, 0))
    except ValueError:  # it was written to at this moment
        return {}
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def entries(distribution: Any, place: Path) -> list[str]:
    """Return the files and folders in *place* that belong to a package; none when it lies elsewhere.

    Raises:
        Invalid: it was installed in a way that cannot be undone by moving what lies there.
    """
    name = distribution.metadata["Name"]
    if Path(str(distribution.locate_file(""))).resolve() != place.resolve():
        return []
    tops = {file.parts[0] for file in distribution.files or ()}
    if not tops or tops & {"..", "__pycache__", "/"}:
        raise refused(
            mark("package %(name)r was installed in another way than plugins are; run 'pip uninstall %(name)s' first"),
            status=409, name=name,
        )  # fmt: skip
    package = canonicalize_name(name).replace("-", "_")
    doubles = {path.name for path in place.glob(f"{package}-*.dist-info")}  # what an upgrade that was interrupted left
    return sorted(top for top in tops | doubles if (place / top).exists())
