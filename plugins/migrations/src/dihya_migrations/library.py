"""Alembic, imported when somebody needs it, by one thread at a time."""

from __future__ import annotations

from threading import Lock

_importing = Lock()


def load() -> None:
    """Import what compares and runs revisions.

    Alembic's modules import each other in a circle. Where two threads begin at different ends, as two health checks of a
    process that has just started do, one of them sees a module that is half there.
    """
    with _importing:
        from . import drift, scripts  # noqa: F401
