"""Tells observers of every statement, by its verb and table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from dihya_hookspecs.observe import Observation
from sqlalchemy import Engine, event

_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_TABLE = {
    "SELECT": re.compile(r'\bFROM\s+"?(\w+)', re.I),
    "DELETE": re.compile(r'\bFROM\s+"?(\w+)', re.I),
    "INSERT": re.compile(r'\bINTO\s+"?(\w+)', re.I),
    "UPDATE": re.compile(r'\bUPDATE\s+"?(\w+)', re.I),
}


def observe(engine: Engine, observation: Observation) -> None:
    """Tell of every statement of *engine*, from the first act on that anybody wants statements."""

    def began(connection: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
        if observation.wants("sql"):
            told = observation.span("sql", name_of(text))
            context.dihya_span = told, told.__enter__()

    def ended(connection: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
        _over(context, max(cursor.rowcount, -1), None)

    def failed(context: Any) -> None:
        if context.execution_context is not None:
            _over(context.execution_context, -1, context.original_exception)

    event.listen(engine, "before_cursor_execute", began)
    event.listen(engine, "after_cursor_execute", ended)
    event.listen(engine, "handle_error", failed)


def _over(context: Any, rows: int, error: BaseException | None) -> None:
    if found := context.__dict__.pop("dihya_span", None):
        told, span = found
        if rows >= 0:
            span.facts["rows"] = rows
        told.__exit__(type(error) if error else None, error, None)


@lru_cache(maxsize=2048)
def name_of(statement: str) -> str:
    """Return verb and table of SQL, ``SELECT club_members``; never a word that may be a value."""
    words = _NOISE.sub(" ", statement).strip()
    verb = (re.match(r"[A-Za-z]*", words) or [""])[0].upper()
    found = _TABLE[verb].search(words) if verb in _TABLE else None
    return f"{verb} {found[1]}" if found else verb or "SQL"
