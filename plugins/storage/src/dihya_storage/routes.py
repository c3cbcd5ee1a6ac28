"""Downloads: the whole file or a part of it, to whoever holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from dihya_hookspecs.acts import current, get
from dihya_hookspecs.storage import Blob, Blobs
from dihya_hookspecs.web import requires
from flask import Blueprint, Response, request

from .service import LocalBlobs

storage = Blueprint("storage", __name__)


@storage.get("/<digest>")
@requires("storage:read")
def download(digest: str) -> Response:
    """Send a file that the caller owns; administrators may have any."""
    blobs: LocalBlobs = get(Blobs)  # type: ignore[type-abstract,assignment]
    blob = blobs.visible(digest, current().actor)
    blobs.files.size(digest)  # NotFound now rather than a broken answer later
    response = Response(_Body(blobs, blob), mimetype=None, content_type=blob.media_type, direct_passthrough=True)
    response.content_length = blob.size
    response.set_etag(blob.digest)
    response.headers["Content-Disposition"] = _attachment(blob.filename)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request, accept_ranges=True, complete_length=blob.size)
    return response


def _attachment(name: str) -> str:
    """Return the header of RFC 6266: the name in ASCII for old clients, and as it is for the others."""
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


class _Body:
    """The bytes of a blob from wherever Werkzeug seeks to, so that a range is not read from the beginning."""

    def __init__(self, blobs: LocalBlobs, blob: Blob) -> None:
        self._files, self._digest, self._start = blobs.files, blob.digest, 0
        self._chunks: Iterator[bytes] | None = None

    def seekable(self) -> bool:
        return True

    def seek(self, position: int) -> int:
        self._start = position
        return position

    def tell(self) -> int:
        return self._start

    def __iter__(self) -> _Body:
        return self

    def __next__(self) -> bytes:
        if self._chunks is None:
            self._chunks = iter(self._files.chunks(self._digest, self._start, None))
        return next(self._chunks)


BLUEPRINTS = (storage,)
