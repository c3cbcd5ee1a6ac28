"""The garbage collector while an application is made: everything is made to stay, so there is nothing to look for."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def left_alone() -> Iterator[None]:
    """Let no collection run meanwhile; afterwards the collector does what it did before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def keep() -> None:
    """Never look again through what is there now: it lives as long as this process."""
    gc.freeze()


def seldom() -> None:
    """Look for cycles fourteen times less often: what a process makes at its start stays, and what an act makes goes by itself."""
    gc.set_threshold(10_000)


def leave_at_exit() -> None:
    """Let the process end without looking for cycles once more: its memory goes with it, and that look costs a third of it."""
    atexit.register(gc.freeze)
