"""Domain events: what happened, said in the act that made it happen, and delivered to whoever listens."""

from __future__ import annotations

import datetime
import re
import types
import typing
import uuid
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from . import Invalid, hookspec
from .acts import provided_by

if TYPE_CHECKING:
    from .acts import Act

_T = TypeVar("_T", bound=type)
IDENTIFIER = re.compile(r"(?!\d{9,}\Z)[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,199}\Z")
"""What a text in an event may be: an identifier or a word. It holds no space, no @ and no +, and is no row of digits, so that
no name, address or telephone number of a person gets into a log by the way of an event."""

_SCHEMAS: dict[type, dict[str, Any]] = {
    str: {"type": "string", "pattern": IDENTIFIER.pattern.replace("\\Z", "$"), "maxLength": 200},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    datetime.datetime: {"type": "string", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
}


@dataclass(frozen=True, slots=True)
class EventType:
    """What is known of an event: its name, who may see that it happened, its class, and the JSON Schema of its fields."""

    name: str
    permission: str
    cls: type
    summary: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a subscriber gets it.

    Attributes:
        id: the same however often it is delivered.
        data: the object that was published.
        plugin: whose event it is.
        actor: who did what it tells of, by id; None for nobody known.
        act: in which act it was published.
        at: when.
    """

    id: str
    name: str
    data: Any
    plugin: str
    actor: str | None
    act: str
    at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a plugin listens to, and the function that is called for it.

    Each event is delivered at least once, in an act of its own, after the act that published it. What the function writes
    is written once; what it does elsewhere may happen again after a failure, under the same key. Events come in no
    promised order: read the state of things rather than trusting that you heard everything before.

    Attributes:
        event: a name, ``<plugin>.*`` for all of a plugin, or ``*``.
        function: takes (act, event, key); *key* is ``<event id>:<name>``, the same at each attempt.
        name: ``<plugin>.<what for>``; an event waits for it by this name while its plugin is away.
        outside: the act has no session, since the function waits for something slow.
    """

    event: str
    function: Callable[[Act, Event, str], object]
    name: str
    outside: bool = False


@provided_by("dihya-events")
class Outbox(Protocol):
    """Keeps what is published, in the transaction of the act, until everybody who listens got it."""

    def add(self, kind: EventType, payload: Mapping[str, Any], plugin: str) -> str:
        """Write one row in the running act, and return the id of the event. ``act.publish`` calls it."""

    def deliver(self, seconds: float | None = None) -> None:
        """Deliver in this process what is due; for commands and tests, in an act that has changed nothing yet."""


def event(name: str, *, permission: str) -> Callable[[_T], _T]:
    """Make an event of a frozen dataclass: ``@event("generation.finished", permission="…")`` above ``@dataclass(frozen=True)``.

    Its fields are identifiers and impersonal values: ``str`` (no free text, see ``IDENTIFIER``), ``int``, ``bool``, ``UUID``,
    ``datetime``, ``date``, ``Literal`` and each of these ``| None``.

    Raises:
        TypeError: it is no frozen dataclass, or a field has another type.
    """

    def declare(cls: _T) -> _T:
        if not is_dataclass(cls) or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise TypeError(
                f"event {name!r}: {cls.__name__} is no frozen dataclass; write @dataclass(frozen=True) below"
            )
        hints = typing.get_type_hints(cls)
        properties = {one.name: _schema(name, one.name, hints[one.name]) for one in fields(cls)}
        required = [one.name for one in fields(cls) if one.default is MISSING and one.default_factory is MISSING]
        schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        summary = (cls.__doc__ or name).strip().partition("\n")[0]
        cls.__event__ = EventType(name, permission, cls, summary, schema)  # type: ignore[attr-defined]
        return cls

    return declare


def type_of(thing: object) -> EventType:
    """Return what is known of an event or its class. Raises Invalid for what is none."""
    found = getattr(thing, "__event__", None)
    if not isinstance(found, EventType):
        what = thing if isinstance(thing, type) else type(thing)
        raise Invalid(
            f"{what.__name__!r} is no event; put @event('<plugin>.<past tense>', permission=…) above its class"
        )
    return found


def written(thing: object) -> dict[str, Any]:
    """Return the fields of an event as JSON. Raises Invalid that names the field whose value does not fit."""
    kind = type_of(thing)
    return {one: _value(kind, one, schema, getattr(thing, one)) for one, schema in kind.schema["properties"].items()}


def read(kind: EventType, payload: Mapping[str, Any]) -> Any:
    """Return the event that *payload* tells of. Raises Invalid when it does not fit (any more)."""
    hints = typing.get_type_hints(kind.cls)
    try:
        made = kind.cls(**{name: _python(hints[name], value) for name, value in payload.items()})
        written(made)
    except (TypeError, ValueError, KeyError):
        raise Invalid(f"the stored event {kind.name!r} does not fit its class {kind.cls.__name__}") from None
    return made


def _options(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)


def _schema(event: str, field: str, hint: Any) -> dict[str, Any]:
    options = _options(hint)
    found = [one for one in options if one is not type(None)]
    if len(found) == 1 and typing.get_origin(found[0]) is Literal:
        schema: dict[str, Any] = {"enum": list(typing.get_args(found[0]))}
    elif len(found) == 1 and found[0] in _SCHEMAS:
        schema = dict(_SCHEMAS[found[0]])
    else:
        names = ", ".join(one.__name__ for one in _SCHEMAS)
        raise TypeError(
            f"event {event!r}: field {field!r} has type {hint}; an event holds {names}, Literal, and each | None"
        )
    return schema if len(options) == 1 else {"anyOf": [schema, {"type": "null"}]}


def _value(kind: EventType, field: str, schema: Mapping[str, Any], value: Any) -> Any:
    if "anyOf" in schema:
        if value is None:
            return None
        schema = schema["anyOf"][0]
    fits: dict[str, Callable[[], bool]] = {
        "uuid": lambda: isinstance(value, uuid.UUID),
        "date-time": lambda: isinstance(value, datetime.datetime) and value.tzinfo is not None,
        "date": lambda: isinstance(value, datetime.date) and not isinstance(value, datetime.datetime),
        "integer": lambda: type(value) is int,
        "boolean": lambda: type(value) is bool,
        "string": lambda: type(value) is str and IDENTIFIER.match(value) is not None,
    }
    what = schema.get("format") or schema.get("type") or "one of " + ", ".join(map(repr, schema["enum"]))
    if not (value in schema["enum"] if "enum" in schema else fits[what]()):
        hint = "an identifier without spaces, @ or +, and no row of digits" if what == "string" else what
        raise Invalid(f"event {kind.name!r}: field {field!r} is {type(value).__name__} that does not fit; give {hint}")
    return (
        value
        if value is None or type(value) in (str, int, bool)
        else str(value)
        if what == "uuid"
        else value.isoformat()
    )


def _python(hint: Any, value: Any) -> Any:
    kinds = [one for one in _options(hint) if one is not type(None)]
    if value is None or kinds[0] not in (uuid.UUID, datetime.datetime, datetime.date):
        return value
    return uuid.UUID(value) if kinds[0] is uuid.UUID else kinds[0].fromisoformat(value)


@hookspec(kind="collect", result=type, on_error="quarantine", found=("events:EVENTS",))
def register_events() -> type | list[type]:  # type: ignore[empty-body]
    """Return the events that this plugin publishes: frozen dataclasses with ``@event("<plugin>.<past tense>", …)`` above."""


@hookspec(kind="collect", result=Subscription, on_error="quarantine", found=("subscriptions:SUBSCRIPTIONS",))
def register_subscriptions() -> Subscription | list[Subscription]:  # type: ignore[empty-body]
    """Return what this plugin listens to; each event is delivered to each subscription at least once, after the commit."""
