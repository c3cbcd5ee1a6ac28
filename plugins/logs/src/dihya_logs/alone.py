"""A library that takes what it finds: imported as where some of that is not installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let nothing that is imported meanwhile find these packages; who has imported one already keeps it.

    structlog imports rich wherever it is installed, and that pygments, to colour tracebacks that we write without colours:
    seventy modules, which take longer than structlog itself.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
