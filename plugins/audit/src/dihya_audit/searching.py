"""Which entries a search finds, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.audit import AuditEvent, Entry
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import ColumnElement, Connection, func, or_, select

from .envelope import unseal
from .tables import entries, storable

_SEARCHED = ("action", "object", "plugin", "act", "actor", "outcome")
# Longer patterns and more conditions are more than SQLite's parser takes; nobody types them.
LONGEST_QUERY, MOST_WORDS = 200, 20


def matching(
    connection: Connection, *, query: str, actor: str, object: str, act: str, before: int | None, limit: int
) -> Sequence[Any]:
    """Return rows of the log, newest first: with every word of *query*, and exactly what else is asked. Raises Invalid."""
    conditions = [says(word) for word in words_of(query, "/query")]
    wanted = {"actor": actor, "object": object, "act": act}
    conditions += [entries.c[name] == storable(value) for name, value in wanted.items() if value]
    if before is not None:
        conditions.append(entries.c.position < before)
    statement = select(entries).where(*conditions).order_by(entries.c.position.desc())
    return connection.execute(statement.limit(min(max(limit, 1), 500))).all()


def words_of(text: str, pointer: str) -> list[str]:
    """Return the words that are looked for. Raises Invalid, at *pointer*, for too many or too long a text."""
    words = text.split()
    if len(text) > LONGEST_QUERY or len(words) > MOST_WORDS:
        detail = _(
            "a search has at most %(characters)s characters and %(words)s words",
            characters=LONGEST_QUERY,
            words=MOST_WORDS,
        )
        raise Invalid(detail, flaws=[Flaw(pointer, detail, "query")])
    return words


def says(word: str) -> ColumnElement[bool]:
    """Return the condition that *word* occurs in what an entry says, in any case; nothing in it stands for anything else."""
    pattern = storable(word).lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(func.lower(entries.c[name]).like(f"%{pattern}%", escape="\\") for name in _SEARCHED))


def entry_of(row: Any) -> Entry:
    """Return the entry that a row holds."""
    try:
        event = unseal(row.envelope)
    except (ValueError, TypeError):  # An altered envelope must not hide the others; verify names it.
        event = AuditEvent(row.at, row.act, row.actor, row.action, row.object, row.outcome, row.plugin, {})
    return Entry(row.position, bytes(row.leaf).hex(), event)
