"""What is done again and again beside the requests: lines that are too old go, also where nobody writes any more."""

from __future__ import annotations

from dihya_hookspecs.acts import Acts
from dihya_hookspecs.ops import Background

from .pipeline import tidy

_HOUR = 3600.0


def sweep(acts: Acts) -> None:
    """Remove the files of lines that are too old."""
    tidy()


BACKGROUND = Background("logs.tidy", _HOUR, sweep)
