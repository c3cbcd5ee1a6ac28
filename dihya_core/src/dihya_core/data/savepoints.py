"""What is done without when it fails leaves nothing in the database, and the transaction of the act goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dihya_hookspecs.acts import _current

from dihya_core.data.acts import OpenAct


@contextmanager
def isolated() -> Iterator[None]:
    """Undo what the block did to the database when it raises; what the act did before stays.

    PostgreSQL refuses every statement after one that failed, until a savepoint or the whole transaction is rolled back.
    """
    act = _current.get(None)
    if not isinstance(act, OpenAct) or act.outside:
        yield
    elif act.opened:
        with act.session.begin_nested():
            yield
    else:
        try:
            yield
        except BaseException:
            act.undo()  # the block opened the session itself, if there is one
            raise
