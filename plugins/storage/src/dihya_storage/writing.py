"""A file that comes bit by bit, and what it may be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.storage import Blob

if TYPE_CHECKING:
    from .files import Incoming
    from .service import LocalBlobs

_MEDIA = re.compile(r"^[\w.+-]+/[\w.+-]+(?:\s*;\s*[\w-]+=[\w.+\"-]+)*$", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Writer:
    """Takes a file bit by bit; implements ``dihya_hookspecs.storage.BlobWriter``."""

    def __init__(self, blobs: LocalBlobs, incoming: Incoming, limit: int) -> None:
        self._blobs, self._incoming, self._limit, self._committed = blobs, incoming, limit, False

    @property
    def size(self) -> int:
        """Bytes that were written so far."""
        return self._incoming.size

    def write(self, data: bytes) -> None:
        """Take more bytes. Raises Invalid (413) as soon as there are too many."""
        if self.size + len(data) > self._limit:
            raise Invalid(
                f"the file has more bytes than are allowed here; at most {self._limit} are, and never more than storage.max_size",
                code="too-large",
                status=413,
            )
        self._incoming.write(data)

    def commit(
        self,
        *,
        media_type: str,
        filename: str,
        purpose: str,
        owner: str | None = None,
        derived_from: str | None = None,
    ) -> Blob:
        """Store the file together with the running act. Raises Invalid for a name or kind that cannot be one."""
        check(media_type, filename, purpose, owner)
        blob = self._blobs.store(self._incoming, media_type, filename, purpose, owner or "", derived_from or "")
        self._committed = True
        return blob

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        if not self._committed:
            self._incoming.discard()


def check(media_type: str, filename: str, purpose: str, owner: str | None) -> None:
    """Raise Invalid for what a file cannot be called."""
    flaws = []
    if not _MEDIA.match(media_type) or len(media_type) > 127:
        flaws.append(Flaw("/media_type", "must be a media type such as 'text/plain'"))
    if not 0 < len(filename) <= 255 or _CONTROL.search(filename):
        flaws.append(Flaw("/filename", "must have 1 to 255 characters and no control characters"))
    if not 0 < len(purpose) <= 100:
        flaws.append(Flaw("/purpose", "must have 1 to 100 characters"))
    if owner is not None and not 0 < len(owner) <= 64:
        flaws.append(Flaw("/owner", "must have 1 to 64 characters"))
    if flaws:
        raise Invalid("the file cannot be stored like this", flaws=flaws)
