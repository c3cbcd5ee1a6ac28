"""Channels: who follows a topic hears at once that something happened, and is told when it missed something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from . import Invalid
from .acts import provided_by

LONGEST = 4000
"""Bytes of a message: it says what happened, and where to read more."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What messages are about: a module's constant of the plugin that publishes them.

    Attributes:
        name: ``<plugin>.<what>``; a message belongs to one key of it, for instance the id of a generation.
        permission: who may follow and read it.
        history: messages of one key that are kept for who comes back.
    """

    name: str
    permission: str
    history: int = 100


@dataclass(frozen=True, slots=True)
class Position:
    """How far a client has read: messages have rising offsets within an epoch, and an epoch ends when history is lost."""

    epoch: str
    offset: int

    def __str__(self) -> str:
        return f"{self.epoch}:{self.offset}"

    @classmethod
    def parse(cls, text: str) -> Position:
        """Return the position that was written as text. Raises Invalid (400)."""
        epoch, _, offset = text.partition(":")
        if not (epoch.isalnum() and offset.isdecimal() and offset.isascii() and len(text) < 60):
            raise Invalid(f"{text[:80]!r} is no position; write <epoch>:<offset>", code="position", status=400)
        return cls(epoch, int(offset))


@dataclass(frozen=True, slots=True)
class Message:
    """What was said, and where it stands."""

    position: Position
    data: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What came after a position.

    Attributes:
        messages: in order; empty when *lost*.
        position: from where to go on.
        lost: True when messages in between are not known any more: read the present state, then go on.
    """

    messages: tuple[Message, ...]
    position: Position
    lost: bool = False


@provided_by("dihya-wsgi")
class Channels(Protocol):
    """Publish and subscribe, between threads and, with PostgreSQL, between processes and machines.

    Attributes:
        everywhere: True when messages of other processes arrive too; otherwise look now and then all the same.
    """

    everywhere: bool

    def publish(self, topic: Topic, key: str, data: str = "") -> None:
        """Say something when the running act commits, and not at all if it is undone.

        Raises:
            Invalid: *data* is longer than ``LONGEST`` bytes.
        """

    def read(self, topic: Topic, key: str, after: Position | None = None) -> Batch:
        """Return what came after a position; without one nothing but the present position.

        Raises:
            Refused: the actor of the running act lacks the topic's permission.
        """

    def follow(self, topic: Topic, key: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake*, in any thread, whenever there may be something new; return what ends that.

        Raises:
            Refused: the actor of the running act lacks the topic's permission.
        """
