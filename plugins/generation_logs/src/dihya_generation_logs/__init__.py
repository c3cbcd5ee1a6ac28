"""One record a generation and one an attempt: who, purpose, template, model, reasons; never the content.

Fed by ``after_generation``; read on ``/generation_logs/`` and with ``dihya generation-logs export``. What it keeps is what
Regulation (EU) 2024/1689 asks of logs (articles 12, 19 and 26): enough to follow how a result came to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get

if TYPE_CHECKING:
    from dihya_hookspecs.generation import Project


@hookimpl
def after_generation(project: Project) -> None:
    """Write the record, in the transaction of whoever generated."""
    from .service import GenerationLogs

    get(GenerationLogs).record(project)
