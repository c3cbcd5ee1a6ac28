"""The sequencer's thread in a server process: one for each data folder that this process serves."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from dihya_hookspecs.acts import get
from dihya_hookspecs.audit import AuditLog

from .sequencer import Background
from .service import Log
from .settings import Settings

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
