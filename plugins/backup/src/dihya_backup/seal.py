"""Keys, and the sealed stream: the age format, so that a backup can be opened without Dihya too."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import pyrage
from dihya_hookspecs import DihyaError, Invalid

MAGIC = b"age-encryption.org/v1\n"
_FOREIGN = (
    (b"SQLite format 3\0", "a SQLite database; to put it back, stop the server and copy it to the place of dihya.db"),
    (b"PGDMP", "a dump of pg_dump; to put it back, stop the server and use pg_restore"),
    (b"-----BEGIN AGE", "an armoured age file; remove the armour with 'age' first"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive"),
)


class Key:
    """A secret that opens backups, and the public half for which they are sealed."""

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        secrets = [line for line in lines if line and not line.startswith("#")]
        try:
            (secret,) = secrets
            self.identity = pyrage.x25519.Identity.from_str(secret)
        except (ValueError, pyrage.IdentityError):
            raise Invalid(
                "this is no key of a backup; a key is one line AGE-SECRET-KEY-1…, as 'dihya backup key FILE' writes it",
                code="key",
            ) from None
        self._mac = hashlib.sha256(b"dihya backup manifest\n" + str(self.identity).encode()).digest()

    @classmethod
    def read(cls, path: Path) -> Key:
        """Return the key in a file. Raises Invalid."""
        try:
            return cls(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise Invalid(f"the key {str(path)!r} cannot be read: {reason}", code="key") from error

    @classmethod
    def make(cls, path: Path) -> Key:
        """Write a new key to a file that only its owner can read. Raises Invalid when there is a file."""
        key = cls(str(pyrage.x25519.Identity.generate()))
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Invalid(f"{str(path)!r} exists already; choose another name", code="exists", status=409) from None
        except OSError as error:
            raise Invalid(f"{str(path)!r} cannot be written: {error.strerror}", code="key") from error
        with open(handle, "w") as file:
            file.write(f"# public key: {key.public}\n{key.identity}\n")
        return key

    @property
    def public(self) -> str:
        """The half that may be known: whoever has it can seal, and not open."""
        return str(self.identity.to_public())

    def sign(self, manifest: bytes) -> str:
        """Return what proves that a holder of this key wrote the manifest."""
        return hmac.new(self._mac, manifest, hashlib.sha256).hexdigest()

    def signed(self, manifest: bytes, mark: str) -> bool:
        """Whether *mark* was made by a holder of this key."""
        return hmac.compare_digest(self.sign(manifest), mark)


def recipients(names: Sequence[str]) -> list[Any]:
    """Return public keys as the library wants them. Raises Invalid."""
    found = []
    for name in names:
        try:
            found.append(pyrage.x25519.Recipient.from_str(name.strip()))
        except pyrage.RecipientError:
            raise Invalid(f"{name!r} is no public key; one begins with age1", code="key") from None
    return found


class _Pump:
    """A stream through a thread, because the library takes whole streams and an archive is written piece by piece."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), name="backup-seal", daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # told by end()
            self.error = error

    def end(self) -> None:
        """Wait, and raise what went wrong in the thread."""
        self._thread.join()
        if self.error is not None:
            raise self.error


class _Watched:
    """A file that remembers why it could not be written; the library tells only that."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self._file.flush()


class Sealing:
    """Seals what is written to ``stream`` into *file*, in flat memory."""

    def __init__(self, file: IO[bytes], to: Sequence[Any]) -> None:
        read, write = os.pipe()
        self.stream = os.fdopen(write, "wb")
        watched = _Watched(file)

        def work() -> None:
            with os.fdopen(read, "rb") as plain:
                try:
                    pyrage.encrypt_io(plain, watched, list(to))
                    watched.flush()
                finally:
                    if watched.error is not None:  # the library keeps the last block's failure to itself
                        raise watched.error from None

        self._pump = _Pump(work)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        with suppress(BrokenPipeError):  # the thread says why
            self.stream.close()
        if kind is None or issubclass(kind, BrokenPipeError):
            self._pump.end()


class Opening:
    """Opens a sealed *file*; what is read from ``stream`` counts only after ``end``."""

    def __init__(self, path: Path, key: Key) -> None:
        recognise(path)
        self._path = path
        read, write = os.pipe()
        self.stream = os.fdopen(read, "rb")

        def work() -> None:
            with path.open("rb") as sealed, os.fdopen(write, "wb") as plain:
                pyrage.decrypt_io(sealed, plain, [key.identity])

        self._pump = _Pump(work)

    def end(self) -> None:
        """Read the rest, and raise DihyaError unless all of the file was whole and sealed for this key."""
        try:
            while self.stream.read(1 << 16):
                pass
            self.stream.close()
            self._pump.end()
        except (pyrage.DecryptError, OSError, ValueError) as error:
            if "No matching keys" in str(error):
                raise Invalid(f"{str(self._path)!r} was sealed for another key", code="key") from None
            raise damaged(self._path) from None

    def abandon(self) -> None:
        """Stop reading."""
        self.stream.close()


def damaged(path: Path) -> DihyaError:
    """Return the error for a file that is not what was written."""
    return DihyaError(f"{str(path)!r} is damaged or was changed; use another backup", code="damaged")


def recognise(path: Path) -> None:
    """Raise Invalid that says what the file is, unless it can be a backup."""
    try:
        with path.open("rb") as file:
            start = file.read(64)
    except OSError as error:
        raise Invalid(f"{str(path)!r} cannot be read: {error.strerror}", code="no-file", status=404) from error
    if start.startswith(MAGIC):
        return
    what = next((what for magic, what in _FOREIGN if start.startswith(magic)), "something else")
    raise Invalid(f"{str(path)!r} is no backup of Dihya but {what}", code="not-a-backup")
