"""The keys on their way to another machine: one sealed file in the age format."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyrage
from dihya_hookspecs import DihyaError, Invalid

from .files import Folder
from .ledger import Ledger
from .service import FileKeys
from .signing import LocalSigner

FORMAT = "dihya-keys 1"
SHORTEST = 12


class Lock(Protocol):
    """What seals a file and opens it again."""

    def seal(self, plain: bytes) -> bytes:
        """Return *plain*, sealed."""

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises pyrage.DecryptError."""


class Passphrase:
    """Seals with words that somebody remembers. Raises Invalid for too few characters."""

    def __init__(self, words: str) -> None:
        if len(words) < SHORTEST:
            raise Invalid(f"a passphrase has {SHORTEST} characters at least, got {len(words)}", code="passphrase")
        self._words = words

    def seal(self, plain: bytes) -> bytes:
        """Return *plain*, sealed."""
        return pyrage.passphrase.encrypt(plain, self._words)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed."""
        return pyrage.passphrase.decrypt(sealed, self._words)


class KeyFile:
    """Seals with a key in a file, as ``dihya backup key`` and ``age-keygen`` write it. Raises Invalid for another file."""

    def __init__(self, path: Path) -> None:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            raise Invalid(f"the key file {str(path)!r} cannot be read: {reason}", code="key-file") from error
        try:
            (secret,) = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
            self._identity = pyrage.x25519.Identity.from_str(secret)
        except (ValueError, pyrage.IdentityError):
            raise Invalid(
                f"{str(path)!r} is no key file; it has one line AGE-SECRET-KEY-1…, as 'dihya backup key FILE' writes it",
                code="key-file",
            ) from None

    def seal(self, plain: bytes) -> bytes:
        """Return *plain*, sealed."""
        return pyrage.encrypt(plain, [self._identity.to_public()])

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed."""
        return pyrage.decrypt(sealed, [self._identity])


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes to another machine.

    Attributes:
        installation: whose keys they are.
        keys: the text of each file, by name.
        along: what plugins gave along, by the name of the key.
    """

    installation: str
    keys: Mapping[str, str]
    along: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: FileKeys) -> Handover:
        """Gather everything. Raises Invalid where there is nothing."""
        names = keys.names()
        if not names or not keys.folder.installation:
            raise Invalid(
                f"there are no keys of an installation in {str(keys.folder.path)!r}; run 'dihya setup' first",
                code="no-keys",
            )
        along = {use.name: use.give() for use in keys.uses() if use.give and use.name in names}
        return cls(keys.folder.installation, {name: keys.first(name).text() for name in names}, along)

    def write(self, path: Path, lock: Lock) -> None:
        """Write the sealed file, for its owner only. Raises Invalid when there is one already."""
        content = {"format": FORMAT, "installation": self.installation, "keys": self.keys, "along": self.along}
        sealed = lock.seal(json.dumps(content).encode())
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Invalid(f"{str(path)!r} exists already; choose another name", code="exists", status=409) from None
        except OSError as error:
            raise Invalid(f"{str(path)!r} cannot be written: {error.strerror}", code="file") from error
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)

    @classmethod
    def read(cls, path: Path, lock: Lock) -> Handover:
        """Open a sealed file. Raises Invalid for a wrong secret, and for what is no such file."""
        try:
            sealed = path.read_bytes()
        except OSError as error:
            raise Invalid(f"{str(path)!r} cannot be read: {error.strerror}", code="file") from error
        try:
            found = json.loads(lock.open(sealed))
            if found["format"] != FORMAT:
                raise ValueError
            return cls(str(found["installation"]), dict(found["keys"]), dict(found["along"]))
        except pyrage.DecryptError:
            raise Invalid(
                f"{str(path)!r} does not open with this secret; give the passphrase or key file with which it was exported, "
                "or export again if the file was changed on its way",
                code="wrong-secret",
            ) from None
        except (ValueError, TypeError, KeyError):
            raise Invalid(
                f"{str(path)!r} holds no keys of Dihya; 'dihya keys export FILE' writes such a file"
            ) from None

    def put(self, folder: Folder, ledger: Ledger | None) -> list[str]:
        """Keep the keys that are not here yet; return their names. Nothing is written where one of them is another.

        Raises:
            Invalid: (409) they are of another installation than the folder or the database, or a key is here and another.
        """
        self._ours(folder, ledger)
        given = {name: LocalSigner.read(text) for name, text in self.keys.items()}
        for name, signer in given.items():
            if name in folder.names() and (id := folder.read(name).id) != signer.id:
                raise Invalid(
                    f"key {name!r} is in {str(folder.path)!r} already and is another one ({id}, not {signer.id}); move "
                    f"{folder.file(name).name} away if the one in the file is right",
                    code="other-key",
                    status=409,
                )
        new = [name for name in given if name not in folder.names()]
        for name in new:
            folder.write(name, given[name])
        folder.belong(self.installation)
        return new

    def _ours(self, folder: Folder, ledger: Ledger | None) -> None:
        database = ledger.installation() if ledger is not None and ledger.ready else ""
        for whose, what in (
            (folder.installation, f"the keys in {str(folder.path)!r} are"),
            (database, "this database is"),
        ):
            if whose and whose != self.installation:
                raise Invalid(
                    f"the file holds the keys of installation {self.installation}, and {what} of installation {whose}; export "
                    "from a machine of this one",
                    code="other-installation",
                    status=409,
                )


def hand_along(handover: Handover, keys: FileKeys) -> None:
    """Let plugins take what was given along with their keys. Raises DihyaError with the plugin's own words."""
    for use in keys.uses():
        if use.take and use.name in handover.along:
            try:
                use.take(handover.along[use.name])
            except (ValueError, TypeError, KeyError) as error:
                raise DihyaError(f"what came along with key {use.name!r} cannot be read; export again") from error
