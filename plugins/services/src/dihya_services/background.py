"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.ops import Background

from .ending import settle_stopped

BACKGROUND = (Background("services.settle", 5, settle_stopped),)
