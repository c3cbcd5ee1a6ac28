"""What a statement changes: read from what SQLAlchemy compiled, or from the words of SQL that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dihya_hookspecs.data import Model
from sqlalchemy import TextualSelect
from sqlalchemy.sql.dml import Insert, UpdateBase
from sqlalchemy.sql.expression import BindParameter, SelectBase, TextClause
from sqlalchemy.sql.operators import and_, eq

_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$", re.DOTALL)
_NAME = r'(?:(?:"[^"]+"|\w+)\s*\.\s*)?(?:"(?P<quoted>[^"]+)"|(?P<plain>\w+))'
_WRITES = re.compile(
    r"(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?)\s+"
    + _NAME + r"\s*(?P<rest>.*)", re.DOTALL | re.IGNORECASE,
)  # fmt: skip
_READS = re.compile(
    r"(?:SELECT|VALUES|TABLE|WITH|CREATE\s+(?:(?:UNIQUE|TEMP|TEMPORARY|UNLOGGED)\s+)?"
    r"(?:TABLE|INDEX|SCHEMA|SEQUENCE|TYPE|EXTENSION))\b", re.IGNORECASE,
)  # fmt: skip
_HARMLESS = re.compile(
    r"(?:PRAGMA|SHOW|SET|RESET|ANALYZE|VACUUM|REINDEX|CHECKPOINT|LOCK|NOTIFY|LISTEN|UNLISTEN|EXPLAIN(?!\W+ANALY))\b",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"\b(?:INSERT|(?<!FOR )(?<!FOR NO KEY )(?<!ON )UPDATE|(?<!ON )DELETE|MERGE|INTO)\b(?!\s*\()", re.IGNORECASE
)  # neither functions of these names, nor SELECT … FOR UPDATE and REFERENCES … ON DELETE
_ASSIGNED = re.compile(r'(?:^|,)\s*"?(\w+)"?\s*=(?!=)')


class Untracked(RuntimeError):
    """A statement whose changes nobody could name; it is not executed."""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed row, or with *rows* several of a table: kind and names of columns, never their values."""

    table: str
    key: str
    kind: str
    columns: tuple[str, ...]
    rows: int | None = None
    by: str = ""

    @property
    def object(self) -> str:
        """How an audit event names it."""
        return f"{self.table}:{self.key}" if self.key else self.table

    def facts(self) -> dict[str, Any]:
        """What an audit event says of it."""
        facts: dict[str, Any] = {"columns": list(self.columns)}
        if self.rows is not None and not self.key:
            facts["rows"] = self.rows
        return facts | ({"because_of": self.by} if self.by else {})

    @property
    def owner(self) -> str:
        """The plugin that the table belongs to; nothing for a table that no plugin declares."""
        table = Model.metadata.tables.get(self.table)
        return "" if table is None else table.info.get("plugin", "")


@dataclass(frozen=True, slots=True)
class Write:
    """What one statement does to one table; *source* is the statement where SQLAlchemy made it, *table* its table."""

    kind: str
    name: str
    columns: tuple[str, ...]
    table: Any = None
    source: Any = None


def write_of(context: Any, text: str, briefly: bool = False) -> Write | None:
    """Return what an execution changes, or None for one that reads; *briefly* without its columns. Raises Untracked."""
    compiled = context.compiled
    source = context.invoked_statement if compiled is not None and not context.isddl else None
    if isinstance(source, UpdateBase) and not compiled.ctes:
        table = compiled.compile_state.dml_table
        kind = "update" if context.isupdate else "delete" if context.isdelete else "insert"
        return Write(kind, table.name, () if briefly else _columns(context, source, table, kind), table, source)
    if isinstance(source, SelectBase) and not isinstance(source, TextualSelect) and not compiled.ctes:
        return None
    if compiled is not None and not context.isddl and not isinstance(source, (TextClause, SelectBase, UpdateBase)):
        return None  # SQLAlchemy's own savepoints, sequences and the like
    return parsed(text)


@lru_cache(maxsize=1024)
def parsed(text: str) -> Write | None:
    """Return which rows SQL as text changes, or None for none. Raises Untracked for what its words do not tell."""
    words = _NOISE.sub(" ", text).strip().rstrip(";").strip()
    if ";" in words:
        raise Untracked("several statements stand in one text; execute them one by one")
    if _HARMLESS.match(words):
        return None
    if _READS.match(words):
        if _HIDDEN.search(words):
            raise Untracked(f"{_verb(words)} changes rows in passing; write the INSERT, UPDATE or DELETE by itself")
        return None
    found = _WRITES.fullmatch(words)
    if found is None:
        raise Untracked(
            f"{_verb(words)} as text cannot be followed by the audit log; use the session, or a migration for tables"
        )
    verb = _verb(words)
    kind = "insert" if verb in ("INSERT", "REPLACE") else verb.lower()
    columns: list[str] = []
    if kind == "insert" and (listed := re.match(r"\(([^)]*)\)", found["rest"])):
        columns = re.findall(r"\w+", listed[1])
    elif kind == "update":
        assignments = re.split(r"\b(?:WHERE|FROM|RETURNING)\b", found["rest"], maxsplit=1, flags=re.IGNORECASE)[0]
        columns = _ASSIGNED.findall(re.sub(r"^.*?\bSET\b", "", assignments, flags=re.IGNORECASE | re.DOTALL))
    return Write(kind, found["quoted"] or found["plain"], tuple(sorted(columns)))


def number_of(context: Any, write: Write, cursor: Any) -> int | None:
    """Return how many rows an execution changed; None if the database did not say."""
    source = write.source
    if isinstance(source, Insert) and source.select is None and getattr(source, "_post_values_clause", None) is None:
        several = source._multi_values
        return len(several[0]) if several else len(context.compiled_parameters)
    if unsaid(context, cursor) and cursor.rowcount == 0:
        return None
    return cursor.rowcount if cursor.rowcount >= 0 else None


def unsaid(context: Any, cursor: Any = None) -> bool:
    """True for what returns rows on SQLite: it says how many there were only when all of them are read."""
    returning = context.compiled.effective_returning if cursor is None else cursor.description is not None
    return bool(returning) and context.dialect.name == "sqlite"


def key_of(context: Any, write: Write) -> str:
    """Return the primary key of the one row that an execution names, or nothing where it names none or several."""
    if write.table is None or len(context.compiled_parameters) != 1:
        return ""
    keys, given = list(write.table.primary_key), context.compiled_parameters[0]
    if isinstance(write.source, Insert):
        parts = [given.get(column.key) for column in keys]
    else:
        found = {}
        for criterion in _all_of(write.source._where_criteria):
            if getattr(criterion, "operator", None) is eq and isinstance(criterion.right, BindParameter):
                bound = criterion.right
                found[getattr(criterion.left, "key", "")] = given.get(bound.key) if bound.required else bound.value
        parts = [found.get(column.key) for column in keys]
    return "" if None in parts else ",".join(map(str, parts))


def _all_of(criteria: Iterable[Any]) -> Iterator[Any]:
    for criterion in criteria:
        if getattr(criterion, "operator", None) is and_:
            yield from _all_of(criterion.get_children())
        else:
            yield criterion


def bound(context: Any, number: int) -> dict[str, Any]:
    """Return the values that the *number*-th set of parameters gives to a statement's open places."""
    given = context.compiled_parameters[number]
    return {name: given[name] for name, place in context.compiled.binds.items() if place.required and name in given}


def _columns(context: Any, source: Any, table: Any, kind: str) -> tuple[str, ...]:
    if kind == "delete":
        return ()
    given = {*context.compiled_parameters[0]} if context.compiled_parameters else set()
    given |= {getattr(name, "key", name) for name in source._values or ()}
    given |= set(getattr(source, "_select_names", None) or ())
    for rows in source._multi_values:
        given |= {getattr(name, "key", name) for row in rows for name in row}
    return tuple(sorted(given & set(table.columns.keys())))


def _verb(text: str) -> str:
    return (text.split(None, 1) or [""])[0].upper()
