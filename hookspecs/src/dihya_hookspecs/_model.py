"""The declarative base: every column says whether it is about a person, and if so whose, why and for how long."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, cast

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Uuid, event
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column

from . import DeclarationError
from ._annotations import BASES, Basis, Impersonal, Personal
from ._annotations import impersonal as impersonal
from ._annotations import personal as personal
from ._law import Condition, Confidence, flaw_of, is_special
from ._retention import PERMANENT, Retention, archive_flaw
from .fields.declared import bilingual, called, field_of
from .fields.sequences import prepare
from .fields.types import Reference, UTCDateTime
from .rules import prepared
from .scopes import Rule


def uuid7() -> uuid.UUID:
    """Return a new UUID of version 7 (RFC 9562): sorts by creation time, says nothing else."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def _now() -> datetime:
    return datetime.now(UTC)


def key() -> MappedColumn[uuid.UUID]:
    """The primary key: a UUIDv7."""
    return mapped_column(
        Uuid, primary_key=True, default=uuid7, info={"rgpd": Impersonal("an identifier without meaning")}
    )


class Model(DeclarativeBase):
    """The base of every table. Class keywords are defaults for its personal columns.

    Keywords:
        subject, purpose, basis, retention, article9, source, confidence: see ``Personal``.
        erase: ``delete`` (the row goes), ``anonymise`` (the row stays, its personal columns are emptied) or ``keep``
            (the table only grows, and no row of it is changed or removed, whatever its age); the first two do not
            touch columns retained by legal obligation.
        title, singular: what people call the table and one of its rows, in both languages, wherever it is named: the audit log, an
            export, the register. A class with ``__resource__`` says it there.
        audited: False for tables that are themselves a log or a queue, with the reason in the class docstring.
        traced: whether the audit log keeps who opened a record. Left out: where it holds data of a special category (RGPD article 9),
            and its reader sees some.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    __scope__: ClassVar[Rule | None] = None
    """Which rows somebody reaches; see ``dihya_hookspecs.scopes``. Without it all, for whoever the door lets in."""
    __write_scope__: ClassVar[Rule | None] = None
    """Which of these rows they may write; without it the same."""
    __erase__: ClassVar[str] = "delete"
    __audited__: ClassVar[bool] = True
    __traced__: ClassVar[bool | None] = None
    """Whether the log keeps who opened a record; None for: where it holds data of a special category (article 9)."""

    def __init_subclass__(
        cls,
        subject: str | None = None,
        purpose: str | tuple[str, str] | None = None,
        basis: Basis | None = None,
        retention: str | None = None,
        article9: Condition | None = None,
        source: str | None = None,
        confidence: Confidence | None = None,
        erase: Literal["delete", "anonymise", "keep"] | None = None,
        audited: bool | None = None,
        traced: bool | None = None,
        title: tuple[str, str] | None = None,
        singular: tuple[str, str] | None = None,
        **keywords: Any,
    ) -> None:
        if erase is not None:
            cls.__erase__ = erase
        if audited is not None:
            cls.__audited__ = audited
        if traced is not None:
            cls.__traced__ = traced
        super().__init_subclass__(**keywords)
        if "__table__" in cls.__dict__:
            defaults = {
                "subject": subject, "purpose": purpose, "basis": basis, "retention": retention, "article9": article9 or "",
                "source": source or "", "confidence": confidence or "",
            }  # fmt: skip
            try:
                cast(Table, cls.__table__).info.update(called(f"{cls.__module__}.{cls.__name__}", title, singular))
                _declare(cls, defaults)
            except DeclarationError:  # no half-declared table stays behind to be created with those of the others
                cls.metadata.remove(cast(Table, cls.__table__))
                raise


class Record(Model):
    """A table that people work with: key, version for optimistic locking (HTTP ``ETag``), creation and change time."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = key()
    version: Mapped[int] = mapped_column(Integer, info={"rgpd": Impersonal("counts changes, for If-Match")})
    created_at: Mapped[datetime] = mapped_column(
        UTCDateTime,
        default=_now,
        info={"rgpd": Impersonal("when the row was made, for retention")},
    )
    changed_at: Mapped[datetime] = mapped_column(
        UTCDateTime,
        default=_now,
        onupdate=_now,
        info={"rgpd": Impersonal("when the row was last changed")},
    )

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


@event.listens_for(Model, "before_insert", propagate=True)
def _begin_row(mapper: Any, connection: Any, record: Model) -> None:
    """Say what a new row has before it is written: a row of which all is known is stored without being read back."""
    values, moment = record.__dict__, None
    for name, make in mapper.local_table.info.get("begins", ()):
        if values.get(name) is None:
            values[name] = make() if make is not _now else (moment := moment or _now())


def _begins(cls: type[Model]) -> tuple[tuple[str, Any], ...]:
    """Return the attributes that begin with a key or a moment of ours, and what makes it."""
    found = ((name, getattr(column.default, "arg", None)) for name, column in cls.__mapper__.columns.items())
    makers = ((name, getattr(default, "__wrapped__", None)) for name, default in found)
    return tuple((name, make) for name, make in makers if make in (uuid7, _now))


def _declare(cls: type[Model], defaults: dict[str, Any]) -> None:
    """Turn what the columns declared into Personal values, completed from the class keywords."""
    table = cast(Table, cls.__table__)
    table.info.update(erase=cls.__erase__, audited=cls.__audited__, model=cls, defaults=defaults)
    for rule in (cls.__scope__, cls.__write_scope__):
        if rule is not None and (missing := next((one for one in rule.columns() if one not in table.columns), None)):
            raise DeclarationError(f"{cls.__module__}.{cls.__name__}: its scope names {missing!r}, which is no column")
    for column in list(table.columns):
        _complete(column, table)
        if isinstance(column.type, Reference):
            column.append_foreign_key(ForeignKey(f"{_table_of(cls, column.type.target)}.id"))
        if "field" in column.info:
            _check_field(cls, column)
    table.info["traced"] = tuple(_traced(cls, table))
    if flaw := archive_flaw(defaults["retention"] or PERMANENT, table):
        raise DeclarationError(f"{cls.__module__}.{cls.__name__}: {flaw}")
    prepare(cls)
    table.info.update(rules=prepared(cls), begins=_begins(cls))


def _traced(cls: type[Model], table: Table) -> Iterator[str]:
    """Yield the columns of which the log keeps who looked at them: all about people, those of article 9, or none."""
    for column in table.columns:
        declared = column.info["rgpd"]
        if isinstance(declared, Personal) and (
            is_special(declared.category) if cls.__traced__ is None else cls.__traced__
        ):
            yield column.key


def _check_field(cls: type[Model], column: Column[Any]) -> None:
    try:
        field_of(column)
    except DeclarationError as error:
        raise DeclarationError(f"{cls.__module__}.{cls.__name__}: {error}") from None


def _table_of(cls: type[Model], target: str) -> str:
    """Return the table that a reference means: of the plugin that it names, or of the one in which the class stands."""
    plugin, _, name = target.rpartition(".")
    if not plugin:
        package = cls.__module__.partition(".")[0]
        own = package.removeprefix("dihya_") if package.startswith("dihya_") else cls.__tablename__.partition("_")[0]
        plugin = own
    return f"{plugin}_{name}"


def _complete(column: Column[Any], table: Table) -> None:
    """Complete what one column declared from what its class says for all of them."""
    declared = column.info["rgpd"]
    if not isinstance(declared, dict):
        return
    full = {**declared, **{name: declared[name] or value for name, value in table.info["defaults"].items()}}
    cls = table.info["model"]
    where = f"{cls.__module__}.{cls.__name__}.{column.key}"
    for name in ("subject", "purpose", "basis", "retention"):
        if not full[name]:
            raise DeclarationError(f"{where}: personal column without {name!r}; give it here or as a class keyword")
    if full["basis"] not in BASES:
        raise DeclarationError(f"{where}: unknown basis {full['basis']!r}; one of {', '.join(BASES)}")
    if isinstance(full["purpose"], tuple):
        full["purpose"] = bilingual("purpose", full["purpose"])
    try:
        Retention.parse(str(full["retention"]))
    except ValueError as error:
        raise DeclarationError(f"{where}: {error}") from None
    if flaw := flaw_of(full["category"], full["article9"], full["source"]):
        raise DeclarationError(f"{where}: {flaw}")
    column.info["rgpd"] = Personal(**full)


@event.listens_for(Column, "before_parent_attach")
def _declared(column: Column[Any], table: Any) -> None:
    """Refuse a column that does not say whether it is about a person, however it comes to one of our tables: in a
    class, by inheritance, from a mixin, later, or in a ``Table`` without a class."""
    if getattr(table, "metadata", None) is not Model.metadata:
        return
    said = column.info.get("rgpd")
    if not isinstance(said, (Personal, Impersonal, dict)):
        raise DeclarationError(
            f"column {table.name}.{column.name} does not say whether it is about a person; declare it by "
            "personal('<category>', …) or impersonal('<why>', …), or, in a Table without a class, by "
            "Column(…, info={'rgpd': Impersonal('<why>')})"
        )
    if "model" in table.info:  # the class stands already
        _complete(column, table)
