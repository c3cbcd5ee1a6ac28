"""Blobs: bytes that do not belong into the database."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from .acts import provided_by


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: its SHA-256 (hex) is its name; size in bytes.

    Attributes:
        derived_from: the digest of the file that it was made of, as a thumbnail of a picture; it goes with that one.
    """

    digest: str
    size: int
    media_type: str
    filename: str
    owner: str | None
    purpose: str
    derived_from: str | None = None


class BlobWriter(Protocol):
    """Takes a file bit by bit; it is stored by ``commit``, and forgotten when its block ends without one."""

    @property
    def size(self) -> int:
        """Bytes that were written so far."""

    def write(self, data: bytes) -> None:
        """Take more bytes. Raises Invalid (413) as soon as there are too many, DihyaError (503) when the disk is full."""

    def commit(
        self,
        *,
        media_type: str,
        filename: str,
        purpose: str,
        owner: str | None = None,
        derived_from: str | None = None,
    ) -> Blob:
        """Store the file together with the running act; when that is undone, nothing is stored.

        Args:
            derived_from: the digest of a blob that the same owner holds; when that goes, this one goes too.
        """


@provided_by("dihya-storage")
class Blobs(Protocol):
    """Files addressed by content, each with an owner and a purpose."""

    def open_writer(self, *, max_size: int | None = None) -> AbstractContextManager[BlobWriter]:
        """Return a writer for a file that is never whole in memory.

        Args:
            max_size: bytes that it may have, where that is less than ``[storage] max_size``.
        """

    def put(self, data: bytes, *, media_type: str, filename: str, purpose: str, owner: str | None = None) -> Blob:
        """Store what is small and in memory; the same bytes again for the same owner and purpose change nothing.

        Raises Invalid: (413) more than the store takes of one file; a name or kind that cannot be one.
        """

    def get(self, digest: str) -> Blob:
        """Raises NotFound."""

    def read(self, digest: str) -> bytes:
        """Return the bytes, checked against their digest. Raises NotFound."""

    def chunks(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from *start* up to, not including, *end*, 256 KiB at a time."""

    def remove(self, digest: str, *, owner: str | None = None, purpose: str | None = None) -> None:
        """Forget the blob for this owner and purpose; the bytes go when nobody holds them any more."""


_FIRST, _LAST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)
"""Moments between which ZIP can say when a file was made; a board without a battery starts in 1970."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of *files*, each under its name and readable by its owner only, whatever the clock says."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(zip_entry(name), content)
    return target.getvalue()


def zip_entry(name: str, size: int = 0) -> zipfile.ZipInfo:
    """Return the entry of a file in a ZIP that is written bit by bit: readable by its owner only, whatever the clock says.

    Args:
        size: the bytes that it may have, where these are many: above 2 GiB the entry has another form.
    """
    entry = zipfile.ZipInfo(name, min(max(time.localtime()[:6], _FIRST), _LAST))
    entry.external_attr, entry.compress_type, entry.file_size = 0o100600 << 16, zipfile.ZIP_DEFLATED, size
    return entry
