"""The key that signs checkpoints and seals events that wait; made once for a new log, kept by whoever keeps the keys."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from pathlib import Path
from weakref import WeakKeyDictionary

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.keys import Signer as Key
from sqlalchemy import Connection, inspect, select

from .anchors import AnchorFile
from .evidence import Head
from .memory import Memory
from .note import Signer, signed_by
from .tables import checkpoints, outbox

NAME = "audit"
_OUTBOX = "dihya-audit-outbox"


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
        found = f"the key here is {here}" if here else "there is no key 'audit' here"
        super().__init__(
            f"{said}, but {found}; run 'dihya keys export FILE' on the machine that has it, and 'dihya keys import FILE' here"
        )


def signer(keys: Keys, origin: str = "") -> Signer:
    """Return the key of the log.

    Args:
        origin: the name that the log must have; empty for whatever it has.

    Raises:
        NoKey: there is none.
        DihyaError: the key was made under another name.
    """
    try:
        found = Signer(keys.signer(NAME))
    except NotFound as error:
        raise NoKey(error.message) from None
    if origin and found.name != origin:
        raise DihyaError(
            f"audit.origin is {origin!r}, but the log's key is named {found.name!r}; a log keeps its name",
            code="audit-origin",
        )
    return found


def create(keys: Keys, origin: str = "") -> Signer:
    """Make a key for a new log, unless another process was quicker; return the one that stands."""
    keys.create(NAME, label=origin or f"dihya-audit/{secrets.token_hex(6)}")
    return signer(keys, origin)


_secrets: WeakKeyDictionary[Key, bytes] = WeakKeyDictionary()


def sealing(key: Signer) -> Callable[[str], str]:
    """Return what seals: it proves that this application put an envelope into the outbox, and not whoever can write there."""
    secret = _secrets.get(key.key)
    if secret is None:
        secret = _secrets[key.key] = key.secret(_OUTBOX)
    return lambda envelope: hmac.digest(secret, envelope.encode(), "sha256").hex()


_fitting: WeakKeyDictionary[Keys, str] = WeakKeyDictionary()


def writing_key(keys: Keys, connection: Callable[[], Connection], data: Path, origin: str) -> Signer:
    """Return the key that seals events, made for a log that has nothing yet.

    What another key seals would be set aside later, so nothing is sealed, and no act is done, with a key that is not the
    log's. The answer is remembered for the key.

    Raises:
        NoKey: the log in the database is signed by a key that is not here.
    """
    try:
        found = signer(keys, origin)
    except NoKey:
        found = None
    if found is None or _fitting.get(keys) != found.key.id:
        found = key_of(keys, connection(), data, origin)
        _fitting[keys] = found.key.id
    return found


def key_of(keys: Keys, connection: Connection, data: Path, origin: str, file: AnchorFile | None = None) -> Signer:
    """Return the key of the log in this database, making one only for a log that does not exist yet. Raises NoKey."""
    names = _signers(connection, data, file)
    try:
        found = signer(keys, origin)
    except NoKey:
        if names is not None:
            raise WrongKey(next(iter(names), "")) from None
        return create(keys, origin)
    if names and found.verifier.name_and_hash not in names:
        raise WrongKey(names[0], found.verifier.name_and_hash)
    return found


def _signers(connection: Connection, data: Path, file: AnchorFile | None) -> list[str] | None:
    """Return who says to have signed the log: in the database, beside it, in the anchor file; None for a new log."""
    head = Head.of(connection) if inspect(connection).has_table(checkpoints.name) else Head()
    kept = Memory(data).read()
    notes = [head.note, *(each.note for each in (kept.signed, kept.signing) if each)]
    names = [name for note in notes for name in signed_by(note)]
    if not names and file:
        names = [name for note in file.notes()[-1:] for name in signed_by(note)]
    return names or ([] if head.entries or _waits(connection) else None)


def _waits(connection: Connection) -> bool:
    """Tell whether an event waits already, which some key has sealed."""
    there = inspect(connection).has_table(outbox.name)
    return there and connection.execute(select(outbox.c.id).limit(1)).first() is not None
