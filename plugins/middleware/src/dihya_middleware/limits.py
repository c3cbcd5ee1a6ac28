"""The largest request body."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


class BodyLimit:
    """Refuses a body that is announced as too large, and stops reading one that turns out to be.

    Args:
        most: bytes.
    """

    def __init__(self, most: int) -> None:
        self._most = most

    def before(self, request: Request) -> None:
        """Raise DihyaError (413) when Content-Length says too much; otherwise watch what is read."""
        if (request.content_length or 0) > self._most:
            raise too_large(self._most)
        request.max_content_length = self._most + 1
        if request.content_length is None and "wsgi.input_terminated" in request.environ:
            # werkzeug ends a chunked body at its limit without a word, and so would store half a file.
            request.environ["wsgi.input"] = io.BufferedReader(_Watched(request.environ["wsgi.input"], self._most))


class _Watched(io.RawIOBase):
    """A stream that raises as soon as more than *most* bytes have come."""

    def __init__(self, stream: Any, most: int) -> None:
        self._stream, self._most, self._read = stream, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._read += len(data)
        if self._read > self._most:
            raise too_large(self._most)
        buffer[: len(data)] = data
        return len(data)


def too_large(most: int) -> DihyaError:
    """The answer to a body of more than *most* bytes."""
    return DihyaError(
        f"the request body is too large; send {most} bytes at most", code="too-large", status=413,
        params={"most": most},
    )  # fmt: skip
