"""What this log signed last, kept apart from the database, so that nothing else is ever continued.

Two files hold it. ``audit.signing`` is written before a batch is committed, and renamed to ``audit.signed`` after: a
process that dies in between leaves both, and the database tells which of the two holds. ``audit.stopped`` holds why
nothing is signed any more; it is in force until something else has been signed, and only a person can bring that about.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint note.

    Attributes:
        anchored: the size of the largest one that every anchor had by then.
        through: the last row of the outbox that had its place by then; -1 when that is not known.
    """

    note: str
    anchored: int = 0
    through: int = -1


@dataclass(frozen=True, slots=True)
class Kept:
    """What the folder holds at one moment.

    Attributes:
        signed: what was signed last; None when nothing was, or when the file is gone or damaged.
        signing: what was about to be signed when the process ended.
        stop: why nothing is signed; empty when nothing stands in the way.
    """

    signed: Signed | None = None
    signing: Signed | None = None
    stop: str = ""


class Memory:
    """The files in ``audit`` of the data folder, readable by its owner only.

    Args:
        data: the data folder.
    """

    def __init__(self, data: Path) -> None:
        self.folder = folder = data / "audit"
        self.signed, self.signing = folder / "audit.signed", folder / "audit.signing"
        self._stopped = folder / "audit.stopped"

    def read(self) -> Kept:
        """Return what the files say."""
        kept = Kept(_signed(self.signed), _signed(self.signing))
        stop = _json(self._stopped)
        said = str(stop.get("reason", "")) if stop.get("note", "") == (kept.signed.note if kept.signed else "") else ""
        return Kept(kept.signed, kept.signing, said)

    def begin(self, signed: Signed) -> None:
        """Remember durably what is about to be committed."""
        write(self.signing, json.dumps(asdict(signed)))

    def settle(self) -> None:
        """Remember that what was about to be committed was."""
        os.replace(self.signing, self.signed)

    def forget(self) -> None:
        """Remember that what was about to be committed was not."""
        self.signing.unlink(missing_ok=True)

    def stop(self, reason: str) -> None:
        """Sign nothing more, in no process, until a person has recorded why; the first reason stands."""
        kept = self.read()
        if not kept.stop:
            write(self._stopped, json.dumps({"reason": reason, "note": kept.signed.note if kept.signed else ""}))

    def lock(self, timeout: float) -> FileLock:
        """Return the lock of the one process of this folder that sequences."""
        private(self.folder)
        return own_lock(self.folder / "audit.lock", timeout)


def place(data: Path) -> str:
    """Return what tells this data folder on this machine from every other."""
    try:
        machine = Path("/etc/machine-id").read_text("ascii").strip()
    except (OSError, ValueError):
        machine = ""
    return sha256(f"{machine}\n{platform.node()}\n{data.absolute()}".encode()).hexdigest()[:16]


def own_lock(path: Path, timeout: float = -1) -> FileLock:
    """Return a lock on a file that nobody else can open: who can open a lock file can hold it."""
    if path.exists() and path.stat().st_mode & 0o077 and path.stat().st_uid == os.geteuid():
        path.chmod(0o600)
    return FileLock(path, timeout=timeout, mode=0o600)


def private(folder: Path) -> None:
    """Make *folder*, or close it to everybody but its owner."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        folder.chmod(0o700)


def write(path: Path, text: str) -> None:
    """Write a file durably and at once, readable by its owner only."""
    private(path.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _signed(path: Path) -> Signed | None:
    found = _json(path)
    note, anchored, through = (found.get(name) for name in ("note", "anchored", "through"))
    sound = isinstance(note, str) and type(anchored) is int and type(through) is int
    return Signed(note, anchored, through) if sound else None  # type: ignore[arg-type]


def _json(path: Path) -> dict[str, object]:
    """Return a JSON object; a file that is none is as good as gone, which is a finding of its own."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
