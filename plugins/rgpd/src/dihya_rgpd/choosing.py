"""Which columns of a row go into an export: all that is the person's, or what they take along (article 20)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from dihya_hookspecs.data import Personal
from sqlalchemy import Column, Table

from .annotations import Group
from .planning import Fate
from .rights import PORTABLE

LeftOut = dict[str, dict[str, None]]
"""Legal basis → ``table.column``, in the order in which they were met: a set that keeps its order."""


def chosen(table: Table, groups: Collection[Group], portable: bool) -> list[Column[Any]]:
    """Return the columns of a row that go into an export: what is about the person or nobody; never a secret, never others'.

    Args:
        groups: the groups of columns that are about the person.
        portable: only columns whose legal basis is consent or contract. What is about nobody goes along with them; where the
            person's columns of the table rest on other bases too, only the key of the row does.
    """
    theirs = _theirs(groups)
    visible = [column for column in table.columns if column in theirs or not _personal(column)]
    if not portable:
        return visible
    kept = set(filter(_taken, theirs))
    alone = len(kept) == len(theirs)
    return [column for column in visible if column in kept or (column not in theirs and (alone or column.primary_key))]


def left_out(groups: Collection[Group]) -> list[Column[Any]]:
    """Return the person's columns that rest on neither consent nor contract."""
    return [column for column in _theirs(groups) if not _taken(column)]


def shower(
    table: Table, portable: bool = False, left: LeftOut | None = None
) -> Callable[[Fate], Mapping[Column[Any], Any] | None]:
    """Return what gives of a row what goes into an export, by column; None for a row of which nothing does.

    Args:
        left: is told what a portable export leaves out of the row, by legal basis.
    """
    known: dict[tuple[Group, ...], tuple[Sequence[Column[Any]], Sequence[Column[Any]], Sequence[Column[Any]]]] = {}

    def shown(fate: Fate) -> Mapping[Column[Any], Any] | None:
        groups = tuple(fate.groups)
        if groups not in known:
            columns = chosen(table, groups, portable)
            known[groups] = columns, list(filter(_personal, columns)), left_out(groups) if portable else ()
        columns, theirs, out = known[groups]
        for column in out if left is not None else ():
            if fate.row[column.key] is not None:
                left.setdefault(column.info["rgpd"].basis, {})[f"{table.name}.{column.name}"] = None
        if portable and all(fate.row[column.key] is None for column in theirs):
            return None
        return {column: fate.row[column.key] for column in columns}

    return shown


def _theirs(groups: Collection[Group]) -> dict[Column[Any], None]:
    return {column: None for group in groups for column in group.columns if not column.info["rgpd"].secret}


def _personal(column: Column[Any]) -> bool:
    return isinstance(column.info.get("rgpd"), Personal)


def _taken(column: Column[Any]) -> bool:
    return column.info["rgpd"].basis in PORTABLE
