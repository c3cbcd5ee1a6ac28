"""The embedded model in a backup: not in it, since it can be fetched again; and taken over where it lies already."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.backup import BackupPart, Restored


def take_over(restored: Restored) -> None:
    """Take the models of the folder that is replaced; nothing is fetched twice."""
    if restored.previous is None:
        return
    source, target = restored.previous / "models", get(AppInfo).data / "models"
    for path in source.glob("*.gguf") if source.is_dir() else ():
        target.mkdir(mode=0o700, exist_ok=True)
        if not (target / path.name).exists():
            _link(path, target / path.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


PARTS = (BackupPart("models", claims=("models/*",)),)
