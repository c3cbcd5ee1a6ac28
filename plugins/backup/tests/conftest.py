"""A key, and an application with files that runs in this process."""

from __future__ import annotations

from pathlib import Path

import pytest
from dihya_backup.seal import Key


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """A fresh key."""
    return Key.make(tmp_path / "key")
