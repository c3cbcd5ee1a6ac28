"""How large, how slow and how often: what a view takes. Everybody says ``dihya_hookspecs.web``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from .acts import provided_by

_V = TypeVar("_V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Accepts:
    """What a route takes; None where the default of ``[middleware]`` or ``[wsgi]`` holds.

    Attributes:
        max_body: bytes of the body.
        seconds: time in which the whole body must have come.
        fields: fields of a form, or values of a JSON body.
    """

    max_body: int | None = None
    seconds: float | None = None
    fields: int | None = None


def accepts(
    *, max_body: int | None = None, seconds: float | None = None, fields: int | None = None
) -> Callable[[_V], _V]:
    """Say what the view takes where that is more, or less, than the default: a file of 5 MB, 20 fields."""

    def mark(view: _V) -> _V:
        view.dihya_accepts = Accepts(max_body, seconds, fields)  # type: ignore[attr-defined]
        return view

    return mark


@provided_by("dihya-middleware")
class BodyLimits(Protocol):
    """What each route takes. A server asks before it receives a body, the middleware before a view reads it."""

    def of(self, view: Callable[..., Any] | None, media_type: str) -> Accepts:
        """Return the limits for a body of this media type; every attribute but ``seconds`` is set."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a view may be called by one client address, or by one person."""

    per_minute: int
    by: Literal["address", "person"]


@dataclass(frozen=True, slots=True)
class Closed:
    """What a view leaves under ``CLOSED`` when it is overrun; a server that knows the word answers the next ones itself.

    Attributes:
        seconds: for which the application need not be asked; a server may ask sooner.
        lets_in: told the WSGI environment of a request; True for who is to be let through all the same. It is asked in the
            server's loop, so it does nothing but compute.
    """

    seconds: float
    lets_in: Callable[[Mapping[str, Any]], bool]


def limited(per_minute: int, *, by: Literal["address", "person"] = "address") -> Callable[[_V], _V]:
    """Answer 429 to who calls the view more often; by address it is asked before anybody is recognised."""

    def mark(view: _V) -> _V:
        view.dihya_rate = Rate(per_minute, by)  # type: ignore[attr-defined]
        return view

    return mark
