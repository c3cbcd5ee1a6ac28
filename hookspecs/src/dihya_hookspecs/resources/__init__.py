"""The resource core: what REST, pages and every other face ask of a table, without knowing any of them.

It stands on SQLAlchemy and pydantic alone, which are imported when a name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .actions import action as action
    from .filters import OPERATORS as OPERATORS
    from .filters import Filter as Filter
    from .filters import where as where
    from .query import Found as Found
    from .query import Query as Query
    from .records import Records as Records

_HOMES = {
    "OPERATORS": "filters",
    "Filter": "filters",
    "where": "filters",
    "Found": "query",
    "Query": "query",
    "Records": "records",
    "action": "actions",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
