"""Blobs: bytes that do not belong into the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .acts import provided_by


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: its SHA-256 (hex) is its name; size in bytes."""

    digest: str
    size: int
    media_type: str
    filename: str
    owner: str | None
    purpose: str


@provided_by("dihya-storage")
class Blobs(Protocol):
    """Files addressed by content, each with an owner and a purpose."""

    def put(self, data: bytes, *, media_type: str, filename: str, purpose: str, owner: str | None = None) -> Blob:
        """Store *data*; storing the same bytes again for the same owner and purpose changes nothing."""

    def get(self, digest: str) -> Blob:
        """Raises NotFound."""

    def read(self, digest: str) -> bytes:
        """Return the bytes, checked against their digest. Raises NotFound."""

    def chunks(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from *start* up to, not including, *end*."""

    def remove(self, digest: str, *, owner: str | None = None, purpose: str | None = None) -> None:
        """Forget the blob for this owner and purpose; the bytes go when nobody holds them any more."""
