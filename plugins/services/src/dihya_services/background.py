"""What is done again and again beside the requests."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.ops import Background

BACKGROUND = (Background("services.settle", 5, later("dihya_services.ending:settle_stopped")),)
