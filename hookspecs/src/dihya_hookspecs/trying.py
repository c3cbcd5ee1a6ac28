"""Trying a plugin before it is installed: shut in, on sample records, for a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from .acts import provided_by
from .i18n import Text

TrialEnd = Literal["", "told", "time", "memory", "server", "stopped", "not isolated", "failed"]


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """What one trial may use, and how many there may be.

    Attributes:
        seconds: from the beginning to the end, starting included.
        memory_mb: of all its processes together.
        disk_mb: all that it may write; it lies in memory, beside ``memory_mb``.
        per_person, in_all: trials that go on at the same time on this machine.
    """

    seconds: float = 3600
    memory_mb: int = 500
    disk_mb: int = 64
    per_person: int = 1
    in_all: int = 3


@dataclass(frozen=True, slots=True)
class TrialRole:
    """A role in which a plugin can be tried; somebody who holds it alone is signed in already."""

    name: str
    title: Text


@dataclass(frozen=True, slots=True)
class Trial:
    """One plugin that somebody tries, or tried a moment ago.

    Attributes:
        token: unguessable; who knows it may send requests to the trial, and nothing else.
        of: what the caller named it by when it began.
        person: id of who tries.
        name: of the plugin.
        ends: when it ends by itself, UTC.
        roles: known once it runs.
        why: why it ended: ``told``, its ``time`` was over, too much ``memory``, the ``server`` ended, it was ``stopped`` from
            outside, the kernel does ``not isolate``, or it ``failed`` by itself; empty before.
        said: the last words of one that failed, in the words of its code; never markup to trust.
    """

    token: str = field(repr=False)
    of: str
    person: str
    name: str
    state: Literal["starting", "running", "ended"]
    begun: datetime
    ends: datetime
    roles: tuple[TrialRole, ...] = ()
    why: TrialEnd = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class TrialRequest:
    """What a browser asks a trial.

    Attributes:
        root: the path below which the trial is reached, without a slash at its end: its ``SCRIPT_NAME``.
        path: below *root*, decoded, with a slash at its beginning.
        query: as it was sent.
        headers: of these only those are passed on that say what is wanted; cookies and credentials never are.
    """

    role: int
    method: str
    root: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class TrialAnswer:
    """What a trial answers; its headers are of a closed list, in which nothing acts on the browser beyond this answer."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@provided_by("dihya-tests")
class Trials(Protocol):
    """Runs plugins for people who want to see them: each in a sandbox and an application of its own, with sample records.

    Nothing that a trial writes reaches the disk, the database or another machine, and nothing of it is left at its end.
    """

    def begin(self, files: Mapping[str, str], *, name: str, of: str, person: str, limits: TrialLimits) -> Trial:
        """Start a plugin; return at once, while it starts.

        Args:
            files: path → text, of a plugin that was proven.

        Raises:
            Invalid: (409) the person tries something already (code ``trying``), or as many try as may (``trials``).
        """

    def all(self) -> Sequence[Trial]:
        """Return the trials of this machine, and those that ended before their time was over."""

    def get(self, token: str) -> Trial:
        """Return the trial that goes on under this token. Raises NotFound."""

    def ask(self, token: str, request: TrialRequest) -> TrialAnswer:
        """Pass a request on and return the answer.

        Raises:
            NotFound: no such trial goes on.
            Invalid: (502) what came back is no answer, too large, too late, or leads out of the trial; (503) it starts
                still, or this process asks trials enough already.
        """

    def end(self, token: str) -> None:
        """End a trial and wait until it is gone; nothing to do for one that has ended."""
