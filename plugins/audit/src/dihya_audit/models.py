"""The tables of the log. They are the log itself, so their rows raise no audit events of their own."""

from __future__ import annotations

from datetime import datetime

from dihya_hookspecs.data import Model, impersonal, personal
from dihya_hookspecs.fields import UTCDateTime
from sqlalchemy import DDL, BigInteger, Index, Integer, LargeBinary, SmallInteger, String, Text, event, text
from sqlalchemy.orm import Mapped

_BIG = BigInteger().with_variant(Integer, "sqlite")
CONTINUED = "audit.continued"
_CONTINUED = text(f"action = '{CONTINUED}'")
_PURPOSE = ("accountability: who did what, and when", "rendre compte : qui a fait quoi, et quand")
_DUTY = {"purpose": _PURPOSE, "basis": "legal_obligation", "retention": "1y"}


class Outbox(
    Model,
    audited=False,
    **_DUTY,
    title=("Events on their way into the log", "Événements en route vers le journal"),
    singular=("event on its way into the log", "événement en route vers le journal"),
):
    """Events that are committed and wait for their place in the log; audited=False because it is the audit's queue."""

    __tablename__ = "audit_outbox"
    # Numbers are never used twice, so that a row that was removed before it had its place leaves a gap (SQLite).
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = impersonal("order of arrival", _BIG, primary_key=True, autoincrement=True)
    actor: Mapped[str | None] = personal("unique_id", String(500), subject="actor", label=("Who acted", "Auteur"))
    envelope: Mapped[str] = personal("unique_id", Text, subject="actor", label=("Sealed event", "Événement scellé"))
    seal: Mapped[str] = impersonal("proves that this application wrote the row", String(64), label=("Seal", "Sceau"))
    flaw: Mapped[str | None] = impersonal(
        "why it was set aside", String(500), label=("Why it was set aside", "Motif de mise à part")
    )
    seen_at: Mapped[datetime | None] = impersonal(
        "when a person took note of that", UTCDateTime(), label=("Noted on", "Constaté le")
    )


class LogEntry(
    Model,
    audited=False,
    erase="keep",
    **_DUTY,
    title=("Entries of the audit log", "Entrées du journal d’audit"),
    singular=("entry of the audit log", "entrée du journal d’audit"),
):
    """The log: envelopes that never change, and columns copied out of them to search by; audited=False: it is the log."""

    __tablename__ = "audit_entries"
    # Holds the few continuations only: they are looked up before each signature.
    __table_args__ = (
        Index("ix_audit_entries_continued", "position", sqlite_where=_CONTINUED, postgresql_where=_CONTINUED),
    )

    position: Mapped[int] = impersonal(
        "place in the log", _BIG, primary_key=True, autoincrement=False, label=("Place", "Rang")
    )
    leaf: Mapped[bytes] = impersonal("hash of the envelope", LargeBinary(32))
    envelope: Mapped[str] = personal("unique_id", Text, subject="actor", label=("Sealed event", "Événement scellé"))
    at: Mapped[str] = impersonal("when it happened", String(27), index=True, label=("When", "Quand"))
    act: Mapped[str] = impersonal("which request, command or task", String(500), index=True, label=("Act", "Acte"))
    actor: Mapped[str | None] = personal(
        "unique_id", String(500), subject="actor", index=True, label=("Who acted", "Auteur")
    )
    action: Mapped[str] = impersonal("what was done", String(500), label=("What was done", "Ce qui a été fait"))
    object: Mapped[str | None] = impersonal(
        "names a row by its opaque key", String(500), index=True, label=("To what", "Sur quoi")
    )
    outcome: Mapped[str] = impersonal("done, refused or failed", String(500), label=("Outcome", "Issue"))
    plugin: Mapped[str] = impersonal("whose act it was", String(500), label=("Plugin", "Plugin"))


class Node(
    Model,
    audited=False,
    title=("Tree of the audit log", "Arbre du journal d’audit"),
    singular=("node of the audit log", "nœud du journal d’audit"),
):
    """Hashes of complete subtrees, from level 1 upwards; audited=False: derived from the log."""

    __tablename__ = "audit_nodes"

    level: Mapped[int] = impersonal("height in the tree", SmallInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = impersonal("place in its level", _BIG, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = impersonal("hash of two children", LargeBinary(32))


class SignedCheckpoint(
    Model,
    audited=False,
    title=("Checkpoints of the audit log", "Points de contrôle du journal d’audit"),
    singular=("checkpoint of the audit log", "point de contrôle du journal d’audit"),
):
    """What was signed over the log, and when it reached the anchors; audited=False: derived from the log."""

    __tablename__ = "audit_checkpoints"

    size: Mapped[int] = impersonal("number of entries", _BIG, primary_key=True, autoincrement=False)
    note: Mapped[str] = impersonal("signed hash", Text)
    made_at: Mapped[datetime] = impersonal("when it was signed", UTCDateTime())
    previous: Mapped[int] = impersonal("number of entries of the checkpoint before", _BIG)
    signed_in: Mapped[str] = impersonal("identifies the data folder in which it was signed", String(16))
    anchored_at: Mapped[datetime | None] = impersonal("when every anchor had it", UTCDateTime())
    anchored_in: Mapped[str | None] = impersonal("identifies the data folder that sent it there", String(16))


def guards(table: str, dialect: str) -> tuple[str, ...]:
    """SQL that makes the database refuse to change or remove rows of *table*.

    A convenience against accidents: who owns the database can drop it. The proof is the signed checkpoint.
    """
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            for verb in ("UPDATE", "DELETE")
        )
    if dialect == "postgresql":
        return (
            f"CREATE OR REPLACE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$",
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_only_grows()",
        )
    return ()


GUARDED = (LogEntry.__tablename__, Node.__tablename__)

for _model in (LogEntry, Node):
    for _dialect in ("sqlite", "postgresql"):
        for _statement in guards(_model.__tablename__, _dialect):
            event.listen(_model.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))
