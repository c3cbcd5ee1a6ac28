"""Watching what the application does: metrics, traces and timings are implementations of one Protocol."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from . import hookspec

Kind = Literal["request", "act", "hook", "sql", "task", "step", "ai", "egress"]
Fact = str | int | float | bool


@dataclass(slots=True)
class Span:
    """One thing that the application does, from its beginning to its end.

    Attributes:
        name: the endpoint of a request, the act, the hook, ``SELECT club_members``, the task, the provider, the host.
        plugin: whose it is; empty where no plugin is known.
        act: the id of the act that it belongs to; empty outside of one.
        facts: names and numbers, never personal values; whoever does the thing adds to them until the end (the status of
            a request, the rows of a statement).
    """

    kind: Kind
    name: str
    plugin: str = ""
    act: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)


class Observer:
    """Is told of each span of the kinds that it names; what nobody asks for costs nothing.

    An observer that raises is logged by the name of its plugin, and left out when it keeps failing. It never changes or
    ends what it watches.
    """

    kinds: ClassVar[frozenset[Kind]] = frozenset()

    def began(self, span: Span) -> object:
        """Return anything; it is given back to ``ended``. Spans begin and end in the same thread, properly nested."""

    def ended(self, span: Span, token: object, seconds: float, error: BaseException | None) -> None:
        """The span is over.

        Args:
            token: what ``began`` returned.
            seconds: how long it took, by a clock that never goes back.
            error: what it raised; the answers 4xx of a request are no errors.
        """


class Observation(Protocol):
    """Tells the observers. Provided by the core, which tells of requests, acts and hooks itself."""

    def wants(self, kind: Kind) -> bool:
        """Tell whether anybody watches this kind, so that nobody describes what is not looked at."""

    def span(
        self, kind: Kind, name: str, *, plugin: str = "", facts: Mapping[str, Fact] | None = None
    ) -> AbstractContextManager[Span]:
        """Return a context manager around one thing; its block may add to the span's facts."""


@hookspec(kind="collect", result=Observer, on_error="quarantine", found=("observers:OBSERVERS",))
def register_observers() -> Observer | list[Observer]:  # type: ignore[empty-body]
    """Return observers; they are called in the order of the plugins, at the end in reverse."""
