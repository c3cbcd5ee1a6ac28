"""Marks by which somebody is found again whose contact data was emptied while the law keeps other rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dihya_hookspecs.data import uuid7
from dihya_hookspecs.rgpd import Subject
from sqlalchemy import Column, delete, select
from sqlalchemy.orm import Session

from .annotations import Annotations, Group
from .finding import identifying, speaks_of
from .models import RetainedMark
from .planning import Fate
from .spelling import Kind, Sought, form, marked, words

Fates = Mapping[str, Mapping[Any, Fate]]


class Marks:
    """The marks of this installation.

    Args:
        digest: makes the keyed digest of a text; its key lies outside of the database.
    """

    def __init__(self, session: Session, annotations: Annotations, digest: Callable[[str], str]) -> None:
        self._session, self._annotations, self._digest = session, annotations, digest

    def known_by(self, sought: Sought) -> list[Subject]:
        """Return who has retained rows and was known by what is *sought*."""
        digests = [self._digest(text) for text in sought.forms()]
        rows = self._session.execute(
            select(RetainedMark.subject_table, RetainedMark.subject_key)
            .where(RetainedMark.digest.in_(digests))
            .distinct()
        )
        owners = self._annotations.owners
        return [Subject(table, key, owners.get(table, "")) for table, key in rows]

    def all(self) -> list[Subject]:
        """Return everybody with marks."""
        rows = self._session.execute(select(RetainedMark.subject_table, RetainedMark.subject_key).distinct())
        return [Subject(table, key, self._annotations.owners.get(table, "")) for table, key in rows]

    def leave(self, subjects: Sequence[Subject], texts: Iterable[str]) -> None:
        """Add the marks of these texts to each of *subjects*; those that are there already stay."""
        digests = {self._digest(text) for text in texts}
        for subject in subjects:
            there = select(RetainedMark.digest).where(*_of(subject))
            for digest in sorted(digests - set(self._session.scalars(there))):
                self._session.add(
                    RetainedMark(id=uuid7(), subject_table=subject.table, subject_key=subject.key, digest=digest)
                )
        self._session.flush()

    def drop(self, subjects: Iterable[Subject]) -> None:
        """Remove the marks of *subjects*, of whom nothing is retained any more."""
        for subject in subjects:
            self._session.execute(delete(RetainedMark).where(*_of(subject)))


def identifiers(rows: Iterable[Fate], country: str) -> list[str]:
    """Return every identifier in *rows* in its one form, with its kind."""
    found: set[str] = set()
    known: dict[str, dict[Column[Any], Kind]] = {}
    for fate in rows:
        kinds = _kinds(known, fate)
        theirs = [column for group in fate.groups for column in group.columns]
        said = [(kind, fate.row[column.key]) for column, kind in kinds.items() if speaks_of(column, theirs)]
        found |= {marked(kind, form(kind, value, country)) for kind, value in said if value and kind != "name"}
        borne = frozenset[str]().union(*(words(str(value)) for kind, value in said if value and kind == "name"))
        if len(borne) > 1:
            found.add(marked("name", " ".join(sorted(borne))))
    return sorted(text for text in found if not text.endswith(":"))


def told_of(subject: Subject, rows: Iterable[Fate]) -> frozenset[str]:
    """Return the person's key, and what identifies them in *rows* as it stands there; names alone prove nothing."""
    found = {subject.key}
    known: dict[tuple[Group, ...], list[str]] = {}
    for fate in rows:
        groups = tuple(fate.groups)
        if groups not in known:
            kinds = identifying(groups[0].table)
            theirs = [column for group in groups for column in group.columns if not column.info["rgpd"].secret]
            known[groups] = [column.key for column in theirs if kinds.get(column, "name") != "name"]
        found |= {str(fate.row[key]) for key in known[groups] if fate.row[key]}
    return frozenset(found)


def every(fates: Fates) -> Iterator[Fate]:
    """Yield the rows of all tables."""
    return (fate for rows in fates.values() for fate in rows.values())


def _kinds(known: dict[str, dict[Column[Any], Kind]], fate: Fate) -> dict[Column[Any], Kind]:
    table = fate.groups[0].table
    if table.name not in known:
        known[table.name] = identifying(table)
    return known[table.name]


def _of(subject: Subject) -> tuple[Any, ...]:
    return RetainedMark.subject_table == subject.table, RetainedMark.subject_key == subject.key
