"""The names of people for those who only know the ids of their accounts, such as the audit log."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import Act
from dihya_hookspecs.data import Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Person
from .service import Directory

MOST = 50


class KnownAccounts:
    """Implements ``dihya_hookspecs.naming.Accounts``: everybody for who may see people, oneself for everybody."""

    def __init__(self, session: Session, access: Access, act: Act, directory: Directory) -> None:
        self._session, self._access, self._act, self._directory = session, access, act, directory

    @classmethod
    def from_container(cls, svcs_container: Any) -> KnownAccounts:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(needed) for needed in (Session, Access, Act, Directory)))

    @property
    def table(self) -> str:
        """The table whose keys are the ids of accounts."""
        return Person.__tablename__

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the names of these accounts; empty for one that is gone."""
        wanted = {each: key for each in ids if (key := _key(each))}
        if not self._sees_everybody():
            me = self._act.actor.id if self._act.actor else ""
            wanted = {each: key for each, key in wanted.items() if each == me}
        if not wanted:
            return {}
        rows = self._session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(wanted.values())))
        known = {row.id: row.name or row.email for row in rows}
        return {each: known.get(key, "") for each, key in wanted.items()}

    def find(self, text: str) -> Sequence[str]:
        """Return the ids of those whose name or address holds *text*."""
        if not text.strip() or not self._sees_everybody():
            return ()
        return [str(person.id) for person in self._directory.find(Query(text, limit=MOST)).items]

    def _sees_everybody(self) -> bool:
        return bool(self._access.decide(self._act.actor, "securite:people"))


def _key(id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(id)
    except ValueError:
        return None
