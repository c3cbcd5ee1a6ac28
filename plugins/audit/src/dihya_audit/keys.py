"""The key that signs checkpoints and seals events that wait: one file in the data folder, made once for a new log."""

from __future__ import annotations

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from dihya_hookspecs import DihyaError
from sqlalchemy import Connection, inspect, select

from .anchors import AnchorFile
from .evidence import Head
from .memory import Memory, private
from .note import BadNote, Signer, signed_by
from .tables import checkpoints, outbox

NAME = "audit.key"


class NoKey(DihyaError):
    """There is no key here, or it is not the one by which the log in the database is signed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="audit-key", status=503)


class WrongKey(NoKey):
    """The log in the database is signed by a key that is not here.

    Args:
        by: who has signed, as ``name+hash``; empty when the log has entries, but no checkpoint.
        here: the key that is here, likewise; empty when there is none.
    """

    def __init__(self, by: str, here: str = "") -> None:
        said = f"this audit log is signed by {by}" if by else "this audit log has been begun"
        found = f"the key here is {here}" if here else "there is no keys/audit.key here"
        super().__init__(
            f"{said}, but {found}; copy keys/audit.key and keys/audit.signed from the data folder that has them"
        )


def signer(folder: Path, origin: str = "") -> Signer:
    """Return the key in *folder*.

    Args:
        origin: the name that the log must have; empty for whatever it has.

    Raises:
        NoKey: there is none.
        DihyaError: the file is damaged, or the key was made under another name.
    """
    path = folder / NAME
    try:
        found = Signer.read(path.read_text("ascii").strip())
    except FileNotFoundError:
        raise NoKey(f"there is no audit key {str(path)!r}") from None
    except (BadNote, ValueError) as error:
        raise DihyaError(f"the audit key {path} is damaged; restore it from a backup", code="audit-key") from error
    if origin and found.name != origin:
        raise DihyaError(
            f"audit.origin is {origin!r}, but the log's key is named {found.name!r}; a log keeps its name",
            code="audit-origin",
        )
    return found


def create(folder: Path, origin: str = "") -> Signer:
    """Make a key for a new log, unless another process was quicker; return the one that stands."""
    _write(folder / NAME, Signer.create(origin or f"dihya-audit/{secrets.token_hex(6)}"))
    return signer(folder, origin)


def seal(key: Signer, envelope: str) -> str:
    """Return what proves that this application put *envelope* into the outbox, and not whoever can write in the database."""
    secret = sha256(b"dihya-audit-outbox\n" + key.private.private_bytes_raw()).digest()
    return hmac.new(secret, envelope.encode(), sha256).hexdigest()


_fitting: dict[Path, tuple[int, Signer]] = {}


def writing_key(connection: Connection, data: Path, origin: str) -> Signer:
    """Return the key that seals events, made for a log that has nothing yet.

    What another key seals would be set aside later, so nothing is sealed, and no act is done, with a key that is not the
    log's. The answer is remembered until the file changes.

    Raises:
        NoKey: the log in the database is signed by a key that is not here.
    """
    path = data / "keys" / NAME
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    known = _fitting.get(path)
    if known and known[0] == stamp:
        return known[1]
    found = key_of(connection, data, origin)
    _fitting[path] = (path.stat().st_mtime_ns, found)
    return found


def key_of(connection: Connection, data: Path, origin: str, file: AnchorFile | None = None) -> Signer:
    """Return the key of the log in this database, making one only for a log that does not exist yet. Raises NoKey."""
    names = _signers(connection, data, file)
    try:
        found = signer(data / "keys", origin)
    except NoKey:
        if names is not None:
            raise WrongKey(next(iter(names), "")) from None
        return create(data / "keys", origin)
    if names and found.verifier.name_and_hash not in names:
        raise WrongKey(names[0], found.verifier.name_and_hash)
    return found


def _signers(connection: Connection, data: Path, file: AnchorFile | None) -> list[str] | None:
    """Return who says to have signed the log: in the database, beside the key, in the anchor file; None for a new log."""
    head = Head.of(connection) if inspect(connection).has_table(checkpoints.name) else Head()
    kept = Memory(data / "keys").read()
    notes = [head.note, *(each.note for each in (kept.signed, kept.signing) if each)]
    names = [name for note in notes for name in signed_by(note)]
    if not names and file:
        names = [name for note in file.notes()[-1:] for name in signed_by(note)]
    return names or ([] if head.entries or _waits(connection) else None)


def _waits(connection: Connection) -> bool:
    """Tell whether an event waits already, which some key has sealed."""
    there = inspect(connection).has_table(outbox.name)
    return there and connection.execute(select(outbox.c.id).limit(1)).first() is not None


def _write(path: Path, new: Signer) -> None:
    private(path.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{new}\n")
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a rename would replace: of two processes that start together, the first one's key stands.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
