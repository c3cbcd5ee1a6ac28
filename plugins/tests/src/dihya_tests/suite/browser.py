"""A real Chromium without a window, spoken to over a pipe by the Chrome DevTools Protocol; nothing listens on a port."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-pipe",
)  # fmt: skip
STARTED_WITH = "import os, sys\nfor end, number in enumerate(sys.argv[1:3], 3): os.dup2(int(number), end)\nos.execv(sys.argv[3], sys.argv[3:])"
"""The browser reads on descriptor 3 and writes on 4."""
SECONDS = 60
WORLD = "dihya"


def program() -> str:
    """Return the path of a Chromium on this machine, empty where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), "")


def shown(path: str) -> tuple[str, ...]:
    """Return what a sandbox has to show, so that the browser at *path* starts: its own folder, its settings, and fonts."""
    return str(Path(path).resolve().parent), "/etc/chromium.d", "/etc/fonts"


class BrowserError(RuntimeError):
    """The browser ended, did not answer in time, or refused a command."""


class Browser:
    """One browser with one page; runs in a block.

    Args:
        path: of the program.
    """

    def __init__(self, path: str) -> None:
        self._path, self._number, self._rest, self._events = path, 0, b"", list[dict[str, Any]]()
        self._session = self._frame = ""

    def __enter__(self) -> Browser:
        self._profile = tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True)
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        flags = [*FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"]
        command = [sys.executable, "-I", "-S", "-c", STARTED_WITH, str(theirs_in), str(theirs_out), self._path, *flags]
        self._process = subprocess.Popen(
            command, pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        try:
            pages = [one for one in self._call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
            attached = self._call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
            self._session = attached["sessionId"]
            self._call("Page.enable")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the browser and forget its profile."""
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def show(self, width: int, scheme: str) -> None:
        """Make the window *width* pixels wide, and prefer ``light`` or ``dark`` and less motion."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        self._call(
            "Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in features.items()]
        )

    def open(self, address: str) -> None:
        """Go to an address, and wait until the page is loaded. Raises BrowserError where it does not come."""
        self._events.clear()
        answer = self._call("Page.navigate", url=address)
        if "errorText" in answer:
            raise BrowserError(f"{address} is not shown: {answer['errorText']}")
        self._frame = answer["frameId"]
        end = time.monotonic() + SECONDS
        while not any(one["method"] == "Page.loadEventFired" for one in self._events):
            self._hear(end)
        world = self._call("Page.createIsolatedWorld", frameId=self._frame, worldName=WORLD)
        self._world = world["executionContextId"]

    def run(self, script: str) -> Any:
        """Return what a script gives, as JSON; a promise is waited for. Scripts of the page do not see it. Raises BrowserError."""
        answer = self._call(
            "Runtime.evaluate", expression=script, contextId=self._world, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            said = answer["exceptionDetails"]
            raise BrowserError(str(said.get("exception", {}).get("description") or said.get("text"))[:500])
        return answer["result"].get("value")

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        order: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            order["sessionId"] = self._session
        end = time.monotonic() + SECONDS
        try:
            _write(self._out, json.dumps(order).encode() + b"\0")
        except OSError as error:
            raise BrowserError(f"the browser ended before {method}") from error
        while True:
            said = self._hear(end)
            if said.get("id") == self._number:
                if "error" in said:
                    raise BrowserError(f"{method}: {said['error'].get('message')}")
                result: dict[str, Any] = said["result"]
                return result

    def _hear(self, end: float) -> dict[str, Any]:
        """Return the next message; events are kept until a page is opened."""
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise BrowserError(f"the browser said nothing for {SECONDS} seconds")
            block = os.read(self._in, 1 << 20)
            if not block:
                raise BrowserError(f"the browser ended by itself, with {self._process.poll()}")
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\0")
        said: dict[str, Any] = json.loads(line)
        if "method" in said:
            self._events.append(said)
        return said


def _pipe() -> Sequence[int]:
    """Return two ends whose numbers are none of those that the browser gives a meaning."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high


def _write(end: int, data: bytes) -> None:
    while data:
        data = data[os.write(end, data) :]
