"""The sequencer's thread in a server process: one for each data folder that this process serves."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import cast

from dihya_hookspecs.acts import get
from dihya_hookspecs.audit import AuditLog

from .keys import NoKey
from .sequencer import Sequencer, Stopped
from .service import Log
from .settings import Settings

log = logging.getLogger("dihya.audit")


class Background:
    """Drains the outbox in a thread of its own until it is stopped."""

    def __init__(self, sequencer: Sequencer, interval: float) -> None:
        self._sequencer = sequencer
        self._interval = interval
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dihya-audit-sequencer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the running batch and end."""
        self._end.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        pause, said = self._interval, ""
        while not self._end.wait(pause):
            try:
                if not self._sequencer.idle():
                    self._sequencer.drain()
                pause, said = self._interval, ""
            except (Stopped, NoKey) as error:
                pause = max(self._interval, 1.0)  # Somebody may record why at any moment.
                if said != error.message:
                    said = error.message
                    log.error("%s", said)
            except Exception:
                pause = min(pause * 2, 30.0)
                log.exception("the audit outbox could not be drained; trying again in %.1f s", pause)


_running: dict[Path, Background] = {}


def start(data: Path) -> None:
    """Begin to drain the outbox; a second call for the same folder changes nothing."""
    if data not in _running:
        log = cast(Log, get(AuditLog))
        _running[data] = Background(log.sequencer, get(Settings).interval)
        _running[data].start()


def stop(data: Path) -> None:
    """Finish the running batch and end the thread."""
    if found := _running.pop(data, None):
        found.stop()
