"""Bytes in a folder, named by their SHA-256; the database is not known here."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import obstore
from dihya_hookspecs import DihyaError, NotFound
from filelock import FileLock, Timeout
from obstore.store import LocalStore

CHUNK = 256 * 1024
GRACE = 3600.0  # seconds for which bytes may wait for the commit of the act that stored them
HOLD, MARK, INCOMING = ".hold.lock", ".gone-", ".incoming"
_NAME = re.compile(r"^[0-9a-f]{2}/[0-9a-f]{64}\Z")


class Files:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DihyaError(
                f"the folder {str(folder)!r} of the files cannot be made: {error.strerror}", code="storage", status=503
            ) from error
        self._store = LocalStore(folder)

    def put(self, digest: str, data: bytes) -> None:
        """Write the bytes, all or nothing, and have them on the disk before returning."""
        with self.incoming() as incoming:
            incoming.write(data)
            incoming.place()

    def incoming(self) -> Incoming:
        """Return a file for bytes that come bit by bit."""
        return Incoming(self.folder, self._store)

    def has(self, digest: str) -> bool:
        """Whether there are bytes of this name."""
        return (self.folder / _path(digest)).is_file()

    def read(self, digest: str) -> bytes:
        """Return the bytes. Raises NotFound, and DihyaError when they are not what they were."""
        return b"".join(self.chunks(digest, 0, None))

    def chunks(self, digest: str, start: int, end: int | None) -> Iterator[bytes]:
        """Yield the bytes from *start* up to *end*; when that is all of them, the last ones only if the digest is right."""
        size = self.size(digest)
        end = size if end is None else min(end, size)
        if start <= 0 and end == size:
            return self._checked(digest, size)
        return self._part(digest, max(start, 0), end)

    def size(self, digest: str) -> int:
        """Return the number of bytes. Raises NotFound."""
        try:
            return (self.folder / _path(digest)).stat().st_size
        except FileNotFoundError:
            raise NotFound(f"the bytes of blob {digest} are missing", code="blob-missing") from None

    def delete(self, digest: str) -> bool:
        """Remove the bytes; while a backup runs they are only marked, and go when it is over. Returns whether they went."""
        try:
            with FileLock(self.folder / HOLD, timeout=0, thread_local=False, mode=0o600):
                (self.folder / _path(digest)).unlink(missing_ok=True)
                return True
        except Timeout:
            (self.folder / f"{MARK}{digest}").touch(mode=0o600)
            return False

    def marked(self) -> list[str]:
        """Return the digests that a backup kept from being removed."""
        return [path.name.removeprefix(MARK) for path in self.folder.glob(f"{MARK}*")]

    def unmark(self, digest: str) -> None:
        """Forget that these bytes were to go."""
        (self.folder / f"{MARK}{digest}").unlink(missing_ok=True)

    def unheld(self) -> bool:
        """Whether no backup is being made."""
        try:
            with FileLock(self.folder / HOLD, timeout=0, thread_local=False, mode=0o600):
                return True
        except Timeout:
            return False

    def hold(self) -> AbstractContextManager[object]:
        """Keep all bytes as long as a backup is made; one at a time."""
        return FileLock(self.folder / HOLD, thread_local=False, mode=0o600)

    def lock(self) -> AbstractContextManager[object]:
        """Hold off whoever else decides on the absence or presence of bytes, in any process."""
        return FileLock(self.folder / ".lock", thread_local=False, mode=0o600)

    def names(self) -> Iterator[tuple[str, float]]:
        """Yield each digest and the seconds since it was written."""
        now = time.time()
        for batch in obstore.list(self._store):
            for found in batch:
                if _NAME.match(found["path"]):
                    yield found["path"][3:], now - found["last_modified"].timestamp()

    def leftovers(self, grace: float = GRACE) -> list[Path]:
        """Return unfinished writes of processes that died: files of no digest that nobody has written to for *grace* seconds."""
        old = time.time() - grace
        return [
            path
            for path in (*self.folder.glob("[0-9a-f][0-9a-f]/*"), *self.folder.glob(f"{INCOMING}/*"))
            if not _NAME.match(f"{path.parent.name}/{path.name}") and path.stat().st_mtime < old
        ]

    def _part(self, digest: str, start: int, end: int) -> Iterator[bytes]:
        for place in range(start, end, CHUNK):
            length = min(CHUNK, end - place)
            try:
                yield bytes(obstore.get_range(self._store, _path(digest), start=place, length=length))
            except FileNotFoundError:
                raise NotFound(f"the bytes of blob {digest} are missing", code="blob-missing") from None

    def _checked(self, digest: str, size: int) -> Iterator[bytes]:
        seen, held = hashlib.sha256(), b""
        for chunk in self._part(digest, 0, size):
            if held:
                yield held
            seen.update(chunk)
            held = chunk
        if seen.hexdigest() != digest:
            raise DihyaError(
                f"blob {digest} is damaged; restore it from a backup of {str(self.folder)!r}", code="blob-damaged"
            )
        if held:
            yield held


class Incoming:
    """Bytes on their way into the store: in a file of their own until they are placed under their digest.

    The file stays after it was placed, as a second name of the same bytes, until the block ends: should somebody remove
    the bytes meanwhile, they can be placed again.
    """

    def __init__(self, folder: Path, store: LocalStore) -> None:
        self._folder, self._store, self._path = folder, store, f"{INCOMING}/{secrets.token_hex(16)}"
        self._seen, self.size = hashlib.sha256(), 0
        with _explained():
            self._file: Any = obstore.open_writer(store, self._path, buffer_size=CHUNK)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written so far."""
        return self._seen.hexdigest()

    def write(self, data: bytes) -> None:
        """Take more bytes."""
        with _explained():
            self._file.write(data)
        self._seen.update(data)
        self.size += len(data)

    def place(self) -> str:
        """Put the bytes under their digest, and have them on the disk before returning; return the digest."""
        with _explained():
            if not self._file.closed():
                self._file.close()
            _sync(self._folder / self._path)
            obstore.copy(self._store, self._path, _path(self.digest))  # a second name; in place of damaged bytes, too
            for place in ((self._folder / _path(self.digest)).parent, self._folder):
                _sync(place)
        return self.digest

    def discard(self) -> None:
        """Forget the file; bytes that were placed stay."""
        with suppress(OSError, obstore.exceptions.BaseError):
            if not self._file.closed():
                self._file.close()
            (self._folder / self._path).unlink(missing_ok=True)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *error: object) -> None:
        self.discard()


@contextmanager
def _explained() -> Iterator[None]:
    """Say in one sentence why a file cannot be written."""
    try:
        yield
    except (OSError, obstore.exceptions.BaseError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise DihyaError(
            f"a file cannot be written: {reason}; check room and rights of the disk", code="storage", status=503
        ) from error


def _path(digest: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound(f"{digest[:80]!r} is not the digest of a blob; it has 64 hexadecimal digits")
    return f"{digest[:2]}/{digest}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
