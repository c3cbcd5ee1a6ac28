"""Called before any plugin is imported: an installation that was interrupted is finished or undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime

JOURNAL = "install.json"


def repair(runtime: Runtime, overrides: Sequence[str]) -> str:
    """Return what was finished or undone, or nothing when nothing was interrupted; then it costs one look."""
    if not (runtime.data / JOURNAL).exists():
        return ""
    from .installation import resume

    return str(resume(runtime, overrides) or "")
