"""What passes between a browser and a trial: of a request only what says what is wanted, of an answer only what shows it.

The trial is a stranger. It gets no cookie and no credential of whoever asks, and none of its headers reaches the browser that
would act beyond the one answer: no cookie, no clearing of the site's data, no sign-in box, no policy, no worker.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.trying import TrialAnswer, TrialRequest

ASKED = ("Accept", "Accept-Language", "Content-Type", "If-Match", "If-Modified-Since", "If-None-Match", "Range")
ANSWERED = (
    "Allow", "Cache-Control", "Content-Disposition", "Content-Language", "Content-Range", "Content-Type", "ETag", "Last-Modified",
)  # fmt: skip
ROLE, ROOT, ABOUT = "X-Trial-Role", "X-Trial-Root", "X-Trial-About"
HANDED = "TRIAL_SOCKET"
"""Variable with the number of the socket on which the application of a trial listens."""
HOST = "trial.localhost"
"""What the trial takes for its own name; the real one is none of its business."""
SECONDS, LARGEST = 20.0, 16 << 20
AT_ONCE, PATIENCE = 6, 3.0
"""Threads of this process that may wait for trials, and how long others wait for their turn: the rest is for real work."""
_turns = threading.BoundedSemaphore(AT_ONCE)


class Line(HTTPConnection):
    """HTTP over a Unix socket, whose path may be longer than the kernel takes."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__(HOST, timeout=seconds)
        self._path = path

    def connect(self) -> None:
        """Connect. Raises OSError where nobody listens."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        with beside(self._path) as near:
            self.sock.connect(near)


@contextmanager
def beside(path: Path) -> Iterator[str]:
    """Give a short name for *path*, by way of its folder: a name of a socket has 107 bytes at most."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def listen(path: Path) -> socket.socket:
    """Return a socket that listens at *path*, in a folder that this user alone enters. Raises OSError where it cannot."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with beside(path) as near:
            listener.bind(near)
        listener.listen(64)
    except BaseException:
        listener.close()
        raise
    return listener


def ask(path: Path, request: TrialRequest) -> TrialAnswer:
    """Pass a request on to the trial that listens at *path*. Raises Invalid as ``Trials.ask`` does."""
    if not _turns.acquire(timeout=PATIENCE):
        raise Invalid(_("too much is asked of trials at this moment; try again in a moment"), code="busy", status=503)
    try:
        return _answer(path, request)
    except (OSError, HTTPException, ValueError) as error:
        raise Invalid(_("the application that is tried gave no answer"), code="no-answer", status=502) from error
    finally:
        _turns.release()


def _answer(path: Path, request: TrialRequest) -> TrialAnswer:
    given = {name.lower(): value for name, value in request.headers.items()}
    headers = {name: given[name.lower()] for name in ASKED if name.lower() in given}
    headers |= {ROLE: str(request.role), ROOT: request.root, "Host": HOST, "Connection": "close"}
    target = quote(request.path, safe="/:@!$&'()*+,;=~-._") + (f"?{request.query}" if request.query else "")
    with call(path, request.method, target, headers, request.body, SECONDS) as (said, body):
        if len(body) > LARGEST:
            raise Invalid(_("the answer is larger than %(most)s MB", most=LARGEST >> 20), code="too-large", status=502)
        return TrialAnswer(said.status, [*_shown(said), *_way_on(said, request.root)], body)


@contextmanager
def call(
    path: Path, method: str, target: str, headers: Mapping[str, str], body: bytes = b"", seconds: float = SECONDS
) -> Iterator[tuple[HTTPResponse, bytes]]:
    """Ask, and give the answer with its body, of which no more than one byte beyond the limit is read.

    Whatever the other side does, slow bytes included, it is over after *seconds*. Raises OSError and HTTPException for what
    is no answer, or half of one.
    """
    late = threading.Event()
    with closing(Line(path, seconds)) as line:
        line.connect()
        watch = threading.Timer(seconds, _cut, [line.sock, late])
        watch.daemon = True
        watch.start()
        try:
            line.request(method, target, body or None, dict(headers))
            with line.getresponse() as said:  # one that is not read to its end holds the line
                read = said.read(LARGEST + 1)
                if late.is_set():  # a line that is cut looks like one that ended
                    raise TimeoutError(f"no answer in {seconds:g} seconds")
                if said.length and len(read) <= LARGEST:
                    raise IncompleteRead(read, said.length)
                yield said, read
        finally:
            watch.cancel()


def _cut(connected: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _shown(said: HTTPResponse) -> list[tuple[str, str]]:
    return [(name, value) for name in ANSWERED if (value := said.getheader(name)) is not None and value.isprintable()]


def _way_on(said: HTTPResponse, root: str) -> list[tuple[str, str]]:
    """Return where the answer leads, which must be inside of the trial. Raises Invalid."""
    where = said.getheader("Location")
    if where is None:
        return []
    if (path := inside(where, root)) is None:
        raise Invalid(
            _("this step leads out of the application that is tried, which a trial does not do"),
            code="leads-out", status=502,
        )  # fmt: skip
    return [("Location", path)]


def inside(address: str, root: str) -> str | None:
    """Return *address* as a path below *root*, or None for one that a browser could take for another place."""
    if not address.isascii() or not address.isprintable() or "\\" in address or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if (parts.scheme or parts.netloc) and (parts.scheme, parts.netloc) != ("http", HOST):
        return None
    plain = unquote(unquote(parts.path))
    if not parts.path.startswith(f"{root}/") or "\\" in plain or {".", ".."} & set(plain.split("/")):
        return None
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}{'#' if parts.fragment else ''}{parts.fragment}"
