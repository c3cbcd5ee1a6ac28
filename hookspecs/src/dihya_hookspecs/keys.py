"""Private keys: what an installation signs with, wherever they lie, and how they reach a second machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from . import hookspec
from .acts import provided_by
from .i18n import Text


class PublicKey(Protocol):
    """The half of a key that everybody may know. Keys are Ed25519 (RFC 8032).

    Attributes:
        id: names the key among all; made from its public half.
        public: the 32 bytes of the public half.
        made_at: when the key was made, with its zone.
    """

    id: str
    public: bytes
    made_at: datetime

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the holder of the private half has signed *message*."""


class Signer(PublicKey, Protocol):
    """A private key that signs, without saying what it is.

    Attributes:
        label: by which others know whose signature it is, such as the name of a log; given when the key is made.
    """

    label: str

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""

    def secret(self, purpose: str) -> bytes:
        """Return 32 bytes that only the holder of this key can make, always the same for one *purpose*.

        For what is sealed or marked and never signed: they tell nothing of the key, nor of other purposes.
        """


@provided_by("dihya-keys")
class Keys(Protocol):
    """The private keys of this installation, by name: ``<plugin>`` or ``<plugin>.<word>``.

    The plugin that provides it is the only one that knows where the keys lie. It works outside of an act, too.
    """

    def names(self) -> Sequence[str]:
        """The names of the keys that are here."""

    def signer(self, name: str) -> Signer:
        """The key that signs now. Raises NotFound when it is not here."""

    def create(self, name: str, *, label: str = "") -> Signer:
        """Make a key unless it is here; return the one that stands, also when another process was quicker.

        Raises:
            DihyaError: the installation has this key elsewhere; the message says how to bring it here.
        """

    def rotate(self, name: str, *, keep: timedelta) -> Signer:
        """Make a new key that signs from now on, on every machine; forget those that were replaced longer ago than *keep*.

        Call it where nothing was written yet: it has a transaction of its own.
        """

    def public(self, name: str, *, fresh: bool = False) -> Sequence[PublicKey]:
        """The public halves of all keys of this name that are kept, the oldest first. Raises NotFound.

        Args:
            fresh: look for keys that another process made just now; without, they come within a minute.
        """

    def beside(self, data: Path) -> Keys:
        """The keys that lie with another data folder, such as the one that a restore replaces; nothing is made there."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key that a plugin has.

    Attributes:
        name: the plugin's name, or ``<plugin>.<word>`` for a further one.
        purpose: what it is for, as operators read it.
        make: makes it where the installation is new; left out, ``Keys.create`` does.
        rotate: replaces it and returns the id of the new one; left out, it stays for good.
        give, take: what must come along when the key goes to another machine, as text, and who takes it there.
    """

    name: str
    purpose: Text
    make: Callable[[], object] | None = None
    rotate: Callable[[], str] | None = None
    give: Callable[[], str] | None = None
    take: Callable[[str], None] | None = None


@hookspec(kind="collect", result=KeyUse, on_error="quarantine", found=("private_keys:KEYS",))
def register_keys() -> KeyUse | list[KeyUse]:  # type: ignore[empty-body]
    """Return the private keys that this plugin has; they are made by ``dihya setup`` and go to other machines together."""
