"""What every type of a field has, and the types of moments, days, choices, answers and links."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from sqlalchemy import Boolean, Date, DateTime, Dialect, String, Uuid
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from .. import DeclarationError
from ..i18n import Text

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Between what a value lies: characters of a text, otherwise the value itself.

    Attributes:
        places: decimal places; None for what is no decimal number.
    """

    min: Any = None
    max: Any = None
    places: int | None = None


class FieldType(TypeDecorator[_T]):
    """A column type that also says what a form accepts, and stores each value in one spelling.

    Attributes:
        kind: what it is, for those who draw inputs or write schemas: ``text``, ``email``, ``decimal`` …
        limits: between what a value lies.
        given: the application gives the value of a new record; no form writes it.
    """

    cache_ok = True
    impl: Any = String
    kind: ClassVar[str]
    limits: Limits = Limits()
    given: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.cache_ok = True  # SQLAlchemy asks each class for itself

    @property
    def python_type(self) -> type[Any]:
        return self.impl_instance.python_type

    def tidy(self, value: Any) -> Any:
        """Return *value* in the spelling in which it is stored; what cannot be understood stays as it is."""
        return value

    def accept(self, value: Any) -> Any:
        """Return a tidied value of the right Python type. Raises ``PydanticCustomError`` when it means nothing."""
        return value

    def annotation(self) -> Any:
        """Return what pydantic validates a value by."""
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        """Return what JSON Schema does not know by itself: ``format``, ``captions``, ``multiline``."""
        return {}

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.tidy(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """A pattern is no value: it is compared as plain text, and not brought into the type's spelling."""
        return self if op in _EQUALITIES else self.impl_instance.coerce_compared_value(op, value)


_EQUALITIES = (
    operators.eq, operators.ne, operators.lt, operators.le, operators.gt, operators.ge,
    operators.in_op, operators.not_in_op, operators.is_, operators.is_not, operators.between_op,
)  # fmt: skip


def plain(base: Any, kind: FieldType[Any], **constraints: Any) -> Any:
    """Return an annotation: tidy, then the constraints of *base*, then what the type itself asks."""
    from pydantic import AfterValidator, BeforeValidator, Field

    extra = kind.schema()
    field = Field(**constraints, json_schema_extra=extra or None)
    return Annotated[base, field, AfterValidator(kind.accept), BeforeValidator(kind.tidy)]


def wrong(code: str) -> Exception:
    """Return the error of pydantic that *code* stands for; its sentence stands in ``sentences``."""
    from pydantic_core import PydanticCustomError

    from .sentences import OURS

    return PydanticCustomError(code, OURS[code].en)


class UTCDateTime(FieldType[datetime]):
    """A moment. It is stored in UTC, and read with its zone from every database: SQLite would forget it."""

    impl = DateTime(timezone=True)
    kind = "datetime"

    def annotation(self) -> Any:
        from pydantic import AwareDatetime

        return plain(AwareDatetime, self)

    def accept(self, value: datetime) -> datetime:
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise wrong("too_far") from None

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
            raise ValueError("a moment without a time zone cannot be stored; use datetime.now(UTC) or .astimezone()")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and in_utc(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self if isinstance(value, datetime) else super().coerce_compared_value(op, value)


class LocalDate(FieldType[date]):
    """A day of the calendar, wherever one stands."""

    impl = Date
    kind = "date"

    def __init__(self, *, min: date | None = None, max: date | None = None) -> None:
        super().__init__()
        self.min, self.max = min, max
        self.limits = in_order(self, min, max)

    def annotation(self) -> Any:
        return plain(date, self, **bounds(self.limits))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self if isinstance(value, date) else super().coerce_compared_value(op, value)


class Flag(FieldType[bool]):
    """Yes or no."""

    impl = Boolean
    kind = "boolean"

    def annotation(self) -> Any:
        return plain(bool, self)


class Choice(FieldType[str]):
    """One of a few words.

    Args:
        captions: word → what people read, in both languages: ``{"due": ("Due", "À régler")}``.
        moves: word → the words that may follow it; without it each may follow each.
    """

    impl = String(40)
    kind = "enum"

    def __init__(
        self, captions: Mapping[str, Text | tuple[str, str]], *, moves: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__()
        self.choices = {word: Text(*caption) for word, caption in captions.items()}
        self.following = {word: tuple(following) for word, following in (moves or {}).items()}
        # What the arguments are called is the key in SQLAlchemy's cache of statements, and must be hashable.
        self.captions, self.moves = tuple(self.choices.items()), tuple(self.following.items())
        if not self.choices or any(not 0 < len(word) <= 40 for word in self.choices):
            raise DeclarationError(f"Choice takes words of 1 to 40 characters, got {list(self.choices)}; name some")
        named = dict.fromkeys([*self.following, *(word for words in self.following.values() for word in words)])
        if strange := [word for word in named if word not in self.choices]:
            raise DeclarationError(f"Choice moves name {strange!r}, no choice; use {', '.join(self.choices)}")

    def annotation(self) -> Any:
        return plain(Literal[tuple(self.choices)], self)

    def schema(self) -> dict[str, Any]:
        return {"captions": {word: {"en": caption.en, "fr": caption.fr} for word, caption in self.choices.items()}}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is not None and value not in self.choices:
            raise ValueError(f"{value!r} is no choice; use one of {', '.join(self.choices)}")
        return value  # type: ignore[no-any-return]


class Reference(FieldType[uuid.UUID]):
    """A link to a record of the same plugin (``members``) or of one that the plugin requires (``crm.clients``).

    The foreign key and its index follow; the rows that are referred to cannot be removed.
    """

    impl = Uuid
    kind = "reference"

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target
        plugin, _, name = target.rpartition(".")
        if not name.isidentifier() or (plugin and not plugin.isidentifier()):
            raise DeclarationError(f"Reference takes 'members' or 'crm.clients', got {target!r}; name a resource")

    def annotation(self) -> Any:
        return plain(uuid.UUID, self)


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC. Without a zone it comes from a plain column, in which SQLite forgot it; all of ours are UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def bounds(limits: Limits) -> dict[str, Any]:
    """Return the limits as pydantic's ``ge`` and ``le``."""
    return {name: value for name, value in (("ge", limits.min), ("le", limits.max)) if value is not None}


def in_order(kind: object, min: Any, max: Any, places: int | None = None) -> Limits:
    """Return the limits. Raises DeclarationError when nothing lies between them."""
    if min is not None and max is not None and min > max:
        raise DeclarationError(f"{type(kind).__name__} lies between {min} and {max}: nothing does; swap them")
    return Limits(min, max, places)
