"""Size limit, trusted proxies, trace context, security headers and compression in a single pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.web import Step


@hookimpl
def register_middleware() -> list[Step]:
    from dihya_hookspecs.acts import get

    from .settings import Settings
    from .steps import steps

    return steps(get(Settings))
