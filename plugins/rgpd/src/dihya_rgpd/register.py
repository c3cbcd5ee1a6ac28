"""The register of processing activities (RGPD article 30), read from what columns declare and what is therefore enforced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Personal
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.net import Egress
from dihya_hookspecs.resources import tables
from dihya_hookspecs.rgpd import CONDITIONS, is_special
from sqlalchemy import Column, Table

from .annotations import Annotations, Group
from .desk import opened as desk
from .recipients import hosts, readers
from .rights import rights_on
from .wording import basis, category, kept, title


@dataclass(slots=True)
class Processing:
    """One purpose for which one plugin holds data about people: a line of the register.

    All texts are in the reader's language; each list holds every text once, in the order of the tables.

    Attributes:
        people: whom it is about, by the titles of the tables in which they stand.
        conditions: of article 9(2), where data of a special category is held.
        readers: the roles that may see it.
        sources: where basis and retention stand.
        to_check: True where a source is still to be checked by the officer.
        recipients: hosts to which the plugin may send data about people.
        rights: those that hold on this basis, each with its condition where it has one.
    """

    plugin: str
    purpose: str
    basis: str
    people: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    retention: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    rights: list[str] = field(default_factory=list)
    to_check: bool = False

    @property
    def special(self) -> bool:
        """True where data of a special category is held."""
        return bool(self.conditions)


class Register:
    """Reads the register from the annotations of the active plugins.

    Args:
        hosts: plugin and what it declares about each host that it may call.
    """

    def __init__(self, annotations: Annotations, access: Access, hosts: list[tuple[str, Egress]]) -> None:
        self._annotations, self._access = annotations, access
        self._hosts = hosts

    def lines(self) -> list[Processing]:
        """Return one line for each purpose and basis of each plugin, by plugin and purpose."""
        found: dict[tuple[str, str, str], Processing] = {}
        for table, group, column, declared in self._columns():
            owner = self._annotations.owners[table.name]
            name = owner, str(declared.purpose), declared.basis
            line = found.setdefault(name, Processing(*name))
            self._add(line, table, group, column, declared)
        for line in found.values():
            line.recipients = [str(one) for one in hosts(self._hosts, line.plugin)]
            line.rights = [str(one) for one in rights_on(line.basis)]
        return [found[name] for name in sorted(found)]

    def _columns(self) -> Iterator[tuple[Table, Group, Column[Any], Personal]]:
        for groups in self._annotations.groups.values():
            for group in groups:
                for column in group.columns:
                    yield group.table, group, column, column.info["rgpd"]

    def _add(self, line: Processing, table: Table, group: Group, column: Column[Any], declared: Personal) -> None:
        for people in _people(group):
            _once(line.people, people)
        _once(line.categories, str(category(declared.category)))
        if is_special(declared.category):
            _once(line.conditions, str(CONDITIONS[declared.article9]))
        _once(line.retention, str(kept(declared.retention, table)))
        _once(line.tables, str(title(table)))
        _once(line.sources, declared.source)
        for role in readers(self._access, table):
            _once(line.readers, str(role))
        line.to_check = line.to_check or declared.confidence == "to be checked"


def written(lines: list[Processing]) -> IO[bytes]:
    """Return the register as a CSV that a spreadsheet in the reader's language opens without questions."""
    header = [
        _("Plugin"), _("Purpose"), _("Legal basis"), _("People"), _("Categories of data"), _("Special category"),
        _("Kept for"), _("Who sees it"), _("Recipients elsewhere"), _("Rights"), _("Tables"), _("Source"),
        _("To be checked"),
    ]  # fmt: skip
    file, _count = tables.write_csv(header, map(_cells, lines), tables.spreadsheet(language.get()))
    return file


def _cells(line: Processing) -> list[Any]:
    several = (
        line.people,
        line.categories,
        line.conditions,
        line.retention,
        line.readers,
        line.recipients,
        line.rights,
        line.tables,
    )
    first = [line.plugin, line.purpose, str(basis(line.basis))]
    return [*first, *map("; ".join, several), "; ".join(line.sources), line.to_check]


def _people(group: Group) -> Iterator[str]:
    """Yield the titles of the tables in which the people stand to whom a group leads."""
    for route in group.routes:
        yield str(title(route.target)) if route.target is not None else _("people with an account")


def _once(known: list[str], text: str) -> None:
    if text and text not in known:
        known.append(text)


def opened() -> Register:
    """Return the register of the act that is running."""
    return Register(desk().annotations, get(Access), list(get(Plugins).collected("register_egress")))
