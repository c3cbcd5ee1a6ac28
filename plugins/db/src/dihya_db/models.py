"""The bin, in which each row is about one person or about nobody, and what counts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import JSON, BigInteger, Date, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped


class BinRow(
    Model,
    audited=False,
    subject="person",
    purpose=("putting back what was removed or changed by mistake", "rétablir ce qui a été supprimé ou modifié par erreur"),
    basis="legitimate_interest",
    retention="until ends_on", title=("Bin", "Corbeille"), singular=("part of the bin", "partie de la corbeille"),
):  # fmt: skip
    """What a row said about one person, or about nobody; the parts of one row have entry, source and key in common.

    Not audited: the change of the row itself is, and so is that it was put back or removed for good.
    """

    __tablename__ = "db_bin"
    __table_args__ = (Index("ix_db_bin_source_key", "source", "key"),)

    id: Mapped[uuid.UUID] = key()
    entry: Mapped[uuid.UUID] = impersonal("what was removed together, or one change", Uuid, index=True)
    kind: Mapped[str] = impersonal("removed, along with it, unlinked from it, or changed", String(10))
    place: Mapped[int] = impersonal("in which order rows are written again", Integer)
    plugin: Mapped[str] = impersonal("whose row it was", String(64))
    source: Mapped[str] = impersonal("of which table", String(120))
    key: Mapped[str] = impersonal("of which row", String(200))
    act: Mapped[str] = impersonal("in which act", String(64))
    at: Mapped[dt.datetime] = impersonal("when", UTCDateTime())
    ends_on: Mapped[dt.date] = impersonal(
        "the last day in the bin", Date, index=True, label=("Last day", "Dernier jour")
    )
    by: Mapped[str | None] = personal("unique_id", String(64), subject="by", label=("Removed by", "Supprimé par"))
    person_table: Mapped[str | None] = impersonal("among whom the person is known", String(120))
    person: Mapped[str | None] = personal("unique_id", String(64), index=True, label=("Person", "Personne"))
    values: Mapped[Any] = personal("user.content", JSON, label=("Content", "Contenu"))
    secrets: Mapped[Any] = personal(
        "user.content", JSON(none_as_null=True), nullable=True, secret=True, label=("Secrets", "Secrets")
    )


class CounterRow(Model, audited=False, title=("Counters", "Compteurs"), singular=("counter", "compteur")):
    """The last number of one sequence. Not audited: the record that bears the number is."""

    __tablename__ = "db_counters"

    sequence: Mapped[str] = impersonal("table and column", String(120), primary_key=True)
    scope: Mapped[str] = impersonal(
        "a digest of what is counted apart; tells nobody apart", String(32), primary_key=True
    )
    plugin: Mapped[str] = impersonal("whose table it is", String(64))
    number: Mapped[int] = impersonal("the last one", BigInteger)
