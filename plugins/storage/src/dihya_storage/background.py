"""What is done again and again beside the requests: bytes that nobody holds go."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.ops import Background

BACKGROUND = Background("storage.sweep", 3600.0, later("dihya_storage.sweep:background"), leader=False)
"""On each machine, since each may have a folder of its own."""
