"""Data: the declarative base whose columns say what they are, and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from .acts import provided_by

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

    from ._annotations import Impersonal as Impersonal
    from ._annotations import Personal as Personal
    from ._annotations import impersonal as impersonal
    from ._annotations import personal as personal
    from ._model import Model as Model
    from ._model import Record as Record
    from ._model import key as key
    from ._model import uuid7 as uuid7
    from .resources import Filter as Filter
    from .resources import Found as Found
    from .resources import Query as Query
    from .resources import Records as Records
    from .resources import action as action
    from .resources import where as where

_MODEL = {"Impersonal", "Model", "Personal", "Record", "impersonal", "key", "personal", "uuid7"}
_RECORDS = {"Filter", "Found", "Query", "Records", "action", "where"}


def __getattr__(name: str) -> Any:
    # SQLAlchemy takes 0.3 s to import; commands that touch no table must not pay for it.
    if name in _MODEL:
        from . import _model

        return getattr(_model, name)
    if name in _RECORDS:
        from . import resources

        return getattr(resources, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


UNAUDITED = "dihya_unaudited"
"""An execution option, with a reason: what is written with it gets no audit event of its own, since one tells of it as
a whole. For migrations; whoever else wants it shall use a table that is declared ``audited=False``."""


class Change(Protocol):
    """One changed row, or several of a table: kind and names of columns, never their values."""

    @property
    def kind(self) -> str:
        """``insert``, ``update`` or ``delete``."""

    @property
    def object(self) -> str:
        """How an audit event names it: ``table:key``, or the table."""

    @property
    def owner(self) -> str:
        """The plugin that the table belongs to; nothing for a table that no plugin declares."""

    def facts(self) -> dict[str, Any]:
        """What an audit event says of it."""


class Changes(Protocol):
    """What one act has changed and no audit event names yet.

    Attributes:
        open: False while the act ends: then nothing that is audited may change any more.
        committing: True while the core itself commits; nobody else does.
    """

    open: bool
    committing: bool

    def take(self) -> Sequence[Change]:
        """Return what was changed, and forget it."""

    def clear(self) -> None:
        """Forget everything: it was rolled back."""


@provided_by("dihya-db")
class ChangeTracking(Protocol):
    """Notices every change of a row, for the audit log; whoever provides ``Database`` provides this too."""

    def follow(self, session: Session) -> Changes:
        """Note from now on what *session* changes, and refuse what no audit event would name; return where it is noted.

        The core calls it for the session of each act.
        """


@provided_by("dihya-db")
class Database(Protocol):
    """The database of the application."""

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, created at first use."""

    def session(self) -> Session:
        """A new session; the core opens one for each act."""


@provided_by("dihya-migrations")
class Schema(Protocol):
    """The tables of each plugin, and the revision that they are at; an installation goes forward and back with it."""

    def revision(self, plugin: str) -> str:
        """Return the revision that the plugin's tables are at; empty before the first, and without migrations."""

    def upgrade(self, plugin: str) -> str:
        """Bring the tables to the newest revision and say what was done. Raises DihyaError; nothing is changed then."""

    def downgrade(self, plugin: str, revision: str) -> str:
        """Take the tables back to *revision*, and to nothing at all when it is empty: their rows are lost."""

    def build(self, connection: Connection) -> None:
        """Make the tables of every active plugin at their newest revision in another, empty database.

        All of it happens in the transaction of *connection*, which the caller ends. Raises DihyaError.
        """

    def revisions(self, connection: Connection) -> Mapping[str, str]:
        """Return the revision of each active plugin's tables in the database of *connection*; empty before the first."""
