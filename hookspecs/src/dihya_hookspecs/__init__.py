"""The contract between Dihya and its plugins: markers and errors here, one module a domain beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import pluggy

NAME = "dihya"
GROUP = "dihya.plugins"
VERSION = "2.0"

Kind = Literal["collect", "first", "veto", "notify", "transform"]
OnError = Literal["quarantine", "isolate", "abort", "deny", "incomplete", "next"]

hookimpl = pluggy.HookimplMarker(NAME)
_pluggy_hookspec = pluggy.HookspecMarker(NAME)
_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A hook, or one of its arguments, that goes with the next major version of the contract; whoever uses it is told by name.

    Attributes:
        since: the day on which that was decided (ISO 8601).
        instead: what to write, as ``"find_actor"`` or ``"the argument record"``.
        argument: which one; empty for the hook.
    """

    since: str
    instead: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """How the core calls one hook, and what it does when an implementation fails.

    Attributes:
        kind: ``collect`` (all answers as ``(plugin, value)``), ``first`` (the first that is not None), ``veto`` (any
            Denial refuses), ``notify`` (answers ignored), ``transform`` (a value is passed from one to the next).
        result: the type of one answer, or ``"library:Name"`` for one that is not worth importing here; a list of them
            is also accepted where ``kind`` is ``collect``.
        on_error: what a raising or wrongly answering implementation causes.
        since: the contract version that introduced the hook.
        budget_ms: an implementation that takes longer is reported, by name.
        found: where answers are found without the hook: ``"permissions:ROLES"`` is ``ROLES`` in the plugin's
            ``permissions.py``, read when the hook is collected. A plugin uses the files or the hook, not both.
        deprecated: what of it goes, and what to write instead.
        late: gathered when somebody first asks, and not at the start; where answers are wrong then, they alone are left out.
    """

    kind: Kind
    result: type | str | tuple[type, ...] | None = None
    on_error: OnError = "isolate"
    since: str = "2.0"
    budget_ms: float = 100.0
    found: tuple[str, ...] = ()
    deprecated: tuple[Deprecated, ...] = ()
    late: bool = False


def hookspec(
    *,
    kind: Kind,
    result: type | str | tuple[type, ...] | None = None,
    on_error: OnError = "isolate",
    since: str = "2.0",
    budget_ms: float | None = None,
    found: tuple[str, ...] = (),
    deprecated: tuple[Deprecated, ...] = (),
    late: bool = False,
) -> Callable[[_F], _F]:
    """Declare a hook together with the way it is called and the way it may fail."""
    if budget_ms is None:  # at start, importing is part of answering
        budget_ms = 5000.0 if on_error == "quarantine" else 100.0
    policy = Policy(kind, result, on_error, since, budget_ms, found, deprecated, late)

    def mark(function: _F) -> _F:
        function.dihya_policy = policy  # type: ignore[attr-defined]
        return _pluggy_hookspec(function)

    return mark


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with an input: where it stands (a JSON pointer such as ``/email``) and what to do.

    Attributes:
        suggestion: a value that would do; forms put it into the field.
    """

    pointer: str
    detail: str
    code: str = "invalid"
    suggestion: str = ""


class DihyaError(Exception):
    """Something Dihya can explain; becomes an RFC 9457 problem over HTTP and exit code 1 on the command line.

    Args:
        message: lower case, no full stop: what, got, do. It may be shown to people, so it quotes no personal value.
        code: a stable slug; ``problem.<code>`` is the translation key at the edge.
        status: the HTTP status, where the class default does not fit (409, 412, 429 …).
        headers: extra response headers, such as ``Retry-After``.
        params: values named in the translated message.
    """

    status = 500
    code = "internal"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.status = status or type(self).status
        self.headers = dict(headers or {})
        self.params = dict(params or {})


class DeclarationError(TypeError):
    """A table says something that cannot be, or leaves out what must be said; its message quotes no value."""


class Invalid(DihyaError):
    """The input breaks a rule; ``flaws`` says which, one by one."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, *, flaws: Sequence[Flaw] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.flaws = tuple(flaws)


class NotFound(DihyaError):
    """No such thing, or none that this actor may know of."""

    status = 404
    code = "not-found"


class Refused(DihyaError):
    """The act is not allowed; the answer is 401 instead of 403 when nobody is signed in."""

    status = 403
    code = "refused"


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Stands among the answers of an ``incomplete`` hook for a plugin whose part is missing, and says why."""

    plugin: str
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)
