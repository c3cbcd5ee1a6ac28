"""One request in the hands of the application: run in a thread, answered part by part."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import TYPE_CHECKING, Any, Protocol

from dihya_hookspecs.web import Socket, Stream

if TYPE_CHECKING:
    from .body import Body

log = logging.getLogger("dihya.wsgi")
SWITCHING = "101 Switching Protocols"
PORTION = 256 * 1024
"""Bytes of an answer that are made ahead of what the client has read; a slow reader holds no thread meanwhile."""


class Receiver(Protocol):
    """Who sends the answer on; called in threads."""

    def answered(self, exchange: Exchange, data: bytes, more: bool) -> None:
        """Take a part of the answer, as it goes over the line."""

    def streams(self, exchange: Exchange, head: bytes, stream: Stream) -> None:
        """Take an answer that goes on by itself."""

    def failed(self, exchange: Exchange, begun: bool) -> None:
        """Take the news that the application raised, and whether a part of its answer has left."""


class Exchange:
    """A request and its answer.

    Args:
        keep: whether the connection stays open afterwards, as far as the client is concerned.
        chunks: whether the client understands chunks (HTTP/1.1).
    """

    __slots__ = (
        "app", "environ", "body", "receiver", "keep", "chunks", "date", "_context", "_result", "_parts", "_status",
        "_headers", "_written", "_begun", "_chunked", "_bodyless", "gone", "told",
    )  # fmt: skip

    def __init__(
        self, app: Callable[..., Any], environ: dict[str, Any], body: Body | None, receiver: Receiver, keep: bool,
        chunks: bool, date: str,
    ) -> None:  # fmt: skip
        self.app, self.environ, self.body, self.receiver = app, environ, body, receiver
        self.keep, self.chunks, self.date = keep, chunks, date
        # The parts of one answer may be made in different threads; a context of their own keeps them together.
        self._context = Context()
        self._result: Any = None
        self._parts: Iterator[bytes] | None = None
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self._written: list[bytes] = []
        self._begun = self._chunked = self._bodyless = self.gone = self.told = False

    def work(self) -> None:
        """Make the next part of the answer; what is not wanted any more is closed."""
        try:
            self._context.run(self._step)
        except BaseException:  # whatever a view raises, its client hears of it and the thread goes on
            log.exception("the application failed at %s", self.environ.get("PATH_INFO", "")[:200])
            self._context.run(self._close)
            self.receiver.failed(self, self._begun)

    def _step(self) -> None:
        if self._parts is None:
            self._result = self.app(self.environ, self._start)
            if isinstance(self._result, Stream):
                self.keep = False
                if isinstance(self._result, Socket):
                    self._status = SWITCHING
                self.receiver.streams(self, self._head(None), self._result)
                return
            self._parts = iter(self._result)
        if self.gone:
            self._close()
            self.receiver.answered(self, b"", False)
            return
        data, more = self._portion()
        if not self._begun:
            data = self._head(None if more else len(data)) + (b"" if self._bodyless else self.framed(data, more))
            self._begun = True
        else:
            data = self.framed(data, more)
        if not more:
            self._close()
        self.receiver.answered(self, data, more)

    def _portion(self) -> tuple[bytes, bool]:
        parts, size = self._written, sum(map(len, self._written))
        self._written = []
        for part in self._parts or ():
            parts.append(part)
            size += len(part)
            if size >= PORTION:
                return b"".join(parts), True
        return b"".join(parts) if len(parts) != 1 else parts[0], False

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        if exc_info and self._begun:
            raise exc_info[1].with_traceback(exc_info[2])
        self._status, self._headers = status, headers
        return self._written.append

    def _head(self, size: int | None) -> bytes:
        """Return status line and headers; *size* is known when the whole answer is there."""
        if not self._status:
            raise RuntimeError("the application returned without calling start_response")
        lines, names = [f"HTTP/1.1 {self._status}"], set()
        for name, value in self._headers:
            lowered = name.lower()
            names.add(lowered)
            if self._status == SWITCHING and lowered in ("connection", "content-type"):
                continue
            if lowered == "connection":
                self.keep = self.keep and "close" not in value.lower()
            elif lowered not in ("server", "transfer-encoding", "keep-alive"):
                lines.append(f"{name}: {value}")
        code = self._status[:3]
        self._bodyless = self.environ["REQUEST_METHOD"] == "HEAD" or code in ("204", "304") or code[0] == "1"
        if "content-length" not in names and not self._bodyless:
            lines += self._measure(size)
        if "date" not in names:
            lines.append(f"Date: {self.date}")
        if self._status == SWITCHING:
            lines.append("Connection: Upgrade")
        elif not self.keep:
            lines.append("Connection: close")
        elif not self.chunks:
            lines.append("Connection: keep-alive")
        head = "\r\n".join(lines)
        if not head.count("\n") == head.count("\r") == len(lines) - 1:
            raise ValueError("a header of the answer holds a line break")
        return head.encode("latin-1") + b"\r\n\r\n"

    def _measure(self, size: int | None) -> list[str]:
        if size is not None:
            return [f"Content-Length: {size}"]
        self._chunked = self.chunks
        if self.chunks:
            return ["Transfer-Encoding: chunked"]
        self.keep = False  # HTTP/1.0: the end of the connection is the end of the answer
        return []

    def framed(self, data: bytes, more: bool) -> bytes:
        """Return *data* as it goes over the line: in a chunk, where the length is not known."""
        if self._bodyless:
            return b""
        if not self._chunked:
            return data
        framed = b"%x\r\n%s\r\n" % (len(data), data) if data else b""
        return framed if more else framed + b"0\r\n\r\n"

    def _close(self) -> None:
        result, self._result = self._result, None
        if hasattr(result, "close"):
            result.close()
