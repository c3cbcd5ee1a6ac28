"""The parts of an export's page: a table each, with what article 15(1) asks about the data in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs.i18n import Text
from sqlalchemy import Column, Table

from . import cells, wording
from .annotations import Group
from .archive import Spool
from .choosing import chosen
from .informing import Facts

UNDECLARED = "undeclared"
"""What stands for the legal basis of what plugins hold outside of annotated columns."""
_GROUNDS = {UNDECLARED: Text("no legal basis is declared", "aucune base légale n’est déclarée")}


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the export as a person reads it; its rows wait on the disk.

    Attributes:
        bases: the names of the legal bases; ``grounds`` are their words.
        recipients: the roles that may read the table, and the hosts to which its plugin may send data about people.
    """

    name: str
    plugin: str
    title: Text
    columns: tuple[Text, ...]
    spool: Spool
    cells: Callable[[Mapping[str, Any]], tuple[str, ...]]
    purposes: tuple[Text, ...] = ()
    categories: tuple[Text, ...] = ()
    bases: tuple[str, ...] = ()
    retentions: tuple[Text, ...] = ()
    recipients: tuple[Text, ...] = ()

    @property
    def grounds(self) -> tuple[Text, ...]:
        """The legal bases in words."""
        return tuple(map(wording.basis, self.bases))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The rows, cell by cell."""
        return map(self.cells, self.spool.rows())


def section_of(
    table: Table, plugin: str, groups: Iterable[Group], spool: Spool, facts: Facts, portable: bool
) -> Section:
    """Return the section of a table whose rows are in *spool*; *groups* are those that are about the person."""
    theirs = list(groups)
    named = {column: None for group in _apart(theirs) for column in chosen(table, group, portable)}
    columns = [column for column in table.columns if column in named and cells.readable(column)]
    told = [column.info["rgpd"] for column in _declared(theirs) if column in named]
    names = tuple(column.name for column in columns)
    return Section(
        table.name, plugin, wording.title(table), tuple(wording.label(table, name) for name in names), spool,
        cells.reader(table, names, facts.deeds),
        purposes=_once(wording.both(one.purpose) for one in told),
        categories=_once(wording.category(one.category) for one in told),
        bases=_once(one.basis for one in told),
        retentions=_once(wording.kept(one.retention, table) for one in told),
        recipients=_once((*facts.readers(table), *facts.hosts(plugin))),
    )  # fmt: skip


def section_told(source: str, plugin: str, columns: tuple[str, ...], spool: Spool) -> Section:
    """Return the section of what a plugin disclosed itself; nothing is declared about it."""
    return Section(
        source, plugin, wording.both(source), tuple(wording.both(column) for column in columns), spool,
        lambda row: tuple(cells.text(row.get(column)) for column in columns),
    )  # fmt: skip


def not_here(left_out: Mapping[str, Iterable[str]], tables: Mapping[str, Table]) -> list[tuple[Text, list[Text]]]:
    """Return in words what a portable export leaves out: a legal basis, and the columns on it, “Invoices: Payer, Remark”.

    Args:
        left_out: legal basis → ``table.column``, or for what no basis is declared of, ``plugin: source``.
    """
    return [(_GROUNDS.get(name) or wording.basis(name), _named(found, tables)) for name, found in left_out.items()]


def _named(names: Iterable[str], tables: Mapping[str, Table]) -> list[Text]:
    columns: dict[str, list[str]] = {}
    for name in names:
        table, _, column = name.partition(".") if name.partition(".")[0] in tables else (name, "", "")
        columns.setdefault(table, []).append(column)
    return [_place(tables[name], found) if name in tables else wording.both(name) for name, found in columns.items()]


def _place(table: Table, columns: Iterable[str]) -> Text:
    title, labels = wording.title(table), [wording.label(table, column) for column in columns]
    return Text(
        f"{title.en}: {', '.join(one.en for one in labels)}", f"{title.fr} : {', '.join(one.fr for one in labels)}"
    )


def _apart(groups: list[Group]) -> list[list[Group]]:
    """Return what may stand in one row: one group, or all of them together."""
    return [*([group] for group in groups), groups]


def _declared(groups: Iterable[Group]) -> Iterator[Column[Any]]:
    for group in groups:
        yield from group.columns


def _once(found: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(found))
