"""Dihya's core: it loads plugins, builds the application, and owns the transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dihya_core.app import create_app as create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Flask and SQLAlchemy take half a second to import; ``dihya --help`` needs neither.
    if name == "create_app":
        from dihya_core import garbage

        with garbage.left_alone():
            from dihya_core.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
