"""Tells observers what begins and ends; without an observer it costs one look at an empty tuple."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from time import perf_counter
from typing import Any

from dihya_hookspecs.acts import _current
from dihya_hookspecs.observe import Fact, Kind, Observer, Span

from dihya_core.hooks.monitor import HookMonitor, Record

_Watching = tuple[Observer, Record]


class _Nothing:
    """The span of a kind that nobody watches: what is written into its facts is forgotten."""

    def __enter__(self) -> Span:
        return Span("act", "")

    def __exit__(self, *error: object) -> None:
        return None


_NOTHING = _Nothing()


class _Told:
    """Tells of the beginning and the end of a block."""

    __slots__ = ("_began", "_observations", "_tokens", "_watching", "span")

    def __init__(self, observations: Observations, watching: tuple[_Watching, ...], span: Span) -> None:
        self._observations, self._watching, self.span = observations, watching, span

    def __enter__(self) -> Span:
        self._tokens, self._began = self._observations.begin(self._watching, self.span), perf_counter()
        return self.span

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._observations.end(self._watching, self.span, self._tokens, perf_counter() - self._began, error)


class Observations:
    """The observers of one application; implements ``dihya_hookspecs.observe.Observation``.

    Args:
        monitor: counts the failures of observers.
        failed: is told of each, as (plugin, what, error); None when it was told often enough.
    """

    def __init__(self, monitor: HookMonitor, failed: Callable[[str, str, BaseException], None]) -> None:
        self._monitor, self._failed = monitor, failed
        self._watching: dict[str, tuple[_Watching, ...]] = {}

    def set(self, observers: Iterable[tuple[str, Observer]]) -> None:
        """Tell these observers from now on, and no others."""
        found: dict[str, tuple[_Watching, ...]] = {}
        for plugin, observer in observers:
            record = self._monitor.record(plugin, f"observer {type(observer).__name__}", 20)
            for kind in observer.kinds:
                found[kind] = (*found.get(kind, ()), (observer, record))
        self._watching = found

    def wants(self, kind: Kind) -> bool:
        """Tell whether anybody watches this kind."""
        return kind in self._watching

    def span(
        self, kind: Kind, name: str, *, plugin: str = "", facts: Mapping[str, Fact] | None = None
    ) -> AbstractContextManager[Span]:
        """Return a context manager that tells of the beginning and the end."""
        watching = self._watching.get(kind)
        if watching is None:
            return _NOTHING
        return _Told(self, watching, self.of(kind, name, plugin, facts))

    def of(self, kind: Kind, name: str, plugin: str = "", facts: Mapping[str, Fact] | None = None) -> Span:
        """Return a span that belongs to the act that is running."""
        act = _current.get(None)
        return Span(kind, name, plugin, act.id if act else "", dict(facts or {}))

    def begin(self, watching: tuple[_Watching, ...], span: Span) -> list[object]:
        """Tell of the beginning; return what each observer wants back at the end."""
        return [self._safely(record, observer.began, span) for observer, record in watching]

    def end(
        self,
        watching: tuple[_Watching, ...],
        span: Span,
        tokens: list[object],
        seconds: float,
        error: BaseException | None,
    ) -> None:
        """Tell of the end, in reverse."""
        for (observer, record), token in zip(reversed(watching), reversed(tokens), strict=True):
            self._safely(record, observer.ended, span, token, seconds, error)

    def wrapped(self, hook: str, plugin: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a plugin's implementation of a hook, watched if anybody watches hooks."""
        watching = self._watching.get("hook")
        if watching is None:
            return function

        def call(*values: Any) -> Any:
            with _Told(self, watching, self.of("hook", hook, plugin)):
                return function(*values)

        call.__wrapped__ = function  # type: ignore[attr-defined]
        return call

    def _safely(self, record: Record, function: Callable[..., object], *values: object) -> object:
        """Call an observer; whatever it does instead is counted against its plugin, and nothing else happens."""
        record.calls += 1
        began = perf_counter()
        try:
            return function(*values)
        except BaseException as error:
            self._monitor.failed(record, error, "what it watched goes on")
            self._failed(record.plugin, record.hook, error)
            return None
        finally:
            if (took := perf_counter() - began) > record.budget:
                self._monitor.slow(record, took)
