"""Where a distribution lies; apart, so that who only looks for one imports nothing for it."""

from __future__ import annotations

import sys
from pathlib import Path


def place() -> Path:
    """Return where a distribution puts its file: below the environment, so that nothing has to be imported to find it."""
    return Path(sys.prefix) / "share" / "dihya" / "distribution.toml"
