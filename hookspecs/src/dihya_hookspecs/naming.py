"""What identifiers stand for, as people say it: accounts by the names of people, records by what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .acts import provided_by
from .i18n import Text

if TYPE_CHECKING:
    from sqlalchemy import Table


@provided_by("dihya-securite")
class Accounts(Protocol):
    """Who stands behind the ids of accounts, as far as the actor of the running act may know it."""

    @property
    def table(self) -> str:
        """The table whose keys are the ids of accounts."""

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the names of these accounts, with one statement; empty for an account that is gone.

        An id that is not among the answers stands for somebody whom the actor may not see, or for no account at all.
        """

    def find(self, text: str) -> Sequence[str]:
        """Return the ids of those whose name or address holds *text*, among the people whom the actor may see."""


class RecordName(NamedTuple):
    """What a record is called.

    Attributes:
        name: its caption; empty when it is gone or not for this reader.
        gone: no record has this key any more; False also where the reader may not know.
        path, history: of its page and of its history, below the application's root; empty where the reader may not open it.
    """

    name: str
    gone: bool = False
    path: str = ""
    history: str = ""


@provided_by("dihya-console")
class RecordNames(Protocol):
    """What the records of resources are called, for the reader of the running act."""

    def of(self, records: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], RecordName]:
        """Return the names of records, each given as (table, key); those of tables without a resource are left out."""


class TableWords(NamedTuple):
    """What people call a table, and one of its rows: “Legal holds”, “legal hold”."""

    title: Text
    singular: Text


def table_words(table: Table) -> TableWords | None:
    """Return what people call a table: as its class says, or the resource that it declares; None where neither does."""
    said: TableWords | None = table.info.get("words")
    resource = vars(table.info.get("model", object)).get("__resource__")
    return (
        TableWords(Text(*resource.title), Text(*resource.singular)) if said is None and resource is not None else said
    )
