"""Signed notes and checkpoints as C2SP writes them (signed-note, tlog-checkpoint), signed with Ed25519."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dihya_hookspecs.keys import Signer as Key

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class BadNote(ValueError):
    """The note, key or checkpoint is malformed, or its signature does not hold; the message says which."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, as the signer of notes; its label is the name of who signs."""

    key: Key

    @property
    def name(self) -> str:
        """Who signs."""
        return _named(self.key.label)

    def secret(self, purpose: str) -> bytes:
        """Return 32 bytes that only the holder of this key can make."""
        return self.key.secret(purpose)

    def __repr__(self) -> str:
        return f"<Signer {self.name}>"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.key.public)

    def sign(self, text: str) -> str:
        """Return *text* as a signed note. Raises BadNote when it cannot be one."""
        _check_text(text)
        signature = self.verifier.hash + self.key.sign(text.encode())
        return f"{text}\n— {self.name} {_encode(signature)}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name of who signs; ``str()`` gives the form that people exchange."""

    name: str
    public: bytes

    @classmethod
    def read(cls, text: str) -> Verifier:
        """Read ``name+hash+key``. Raises BadNote."""
        name, key_hash, public = _parse(text)
        verifier = cls(name, public)
        if verifier.hash != key_hash:
            raise BadNote("the key does not fit its hash")
        return verifier

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}+{_encode(_ED25519 + self.public)}"

    @property
    def name_and_hash(self) -> str:
        """How a signature names this key, and people too."""
        return f"{self.name}+{self.hash.hex()}"

    @property
    def hash(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(f"{self.name}\n".encode() + _ED25519 + self.public).digest()[:4]

    def open(self, note: str) -> str:
        """Return the text of *note* when this key has signed it. Raises BadNote."""
        text, between, signatures = note.rpartition("\n\n")
        if not between or not signatures.endswith("\n"):
            raise BadNote("malformed note: no signature block")
        text += "\n"
        _check_text(text)
        signed = False
        for line in signatures[:-1].split("\n"):
            found = _SIGNATURE.fullmatch(line)
            if not found:
                raise BadNote("malformed note: a line that is not a signature")
            signature = _decode(found[2])
            if found[1] != self.name or signature[:4] != self.hash:
                continue
            self._check(signature[4:], text)
            signed = True
        if not signed:
            raise BadNote(f"the note is not signed by {self.name}+{self.hash.hex()}")
        return text

    def _check(self, signature: bytes, text: str) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            raise BadNote(f"invalid signature for key {self.name}+{self.hash.hex()}") from None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, the number of its entries, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint note. Raises BadNote."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
            raise BadNote("malformed checkpoint: origin, size and root are wanted, each on its line")
        root = _decode(lines[2])
        if len(root) != 32:
            raise BadNote("malformed checkpoint: the root is not a SHA-256 hash")
        return cls(lines[0], int(lines[1]), root)

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\n"


def signed_by(note: str) -> list[str]:
    """Return whose signatures *note* says that it bears, as ``name+hash``; nothing is verified."""
    found = [_SIGNATURE.fullmatch(line) for line in note.rpartition("\n\n")[2].split("\n")]
    names = []
    for each in found:
        try:
            names += [f"{each[1]}+{_decode(each[2])[:4].hex()}"] if each else []
        except BadNote:
            continue
    return names


def _parse(text: str) -> tuple[str, bytes, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[0-9a-f]{8}", parts[1]):
        raise BadNote("malformed key: name+hash+key is wanted")
    key = _decode(parts[2])
    if key[:1] != _ED25519 or len(key) != 33:
        raise BadNote("not an Ed25519 key")
    return _named(parts[0]), bytes.fromhex(parts[1]), key[1:]


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadNote(f"{name!r} cannot name a key: it is empty or has a space or a plus sign")
    return name


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(char) < 32 and char != "\n" for char in text):
        raise BadNote("malformed note: its text must end with a newline and hold no other control character")


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("malformed base64") from None
    if _encode(data) != text:  # Unused bits must be zero, or one signature would have several spellings.
        raise BadNote("malformed base64")
    return data
