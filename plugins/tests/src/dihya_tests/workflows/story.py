"""What a workflow tells: its steps, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did, or looked for.

    Attributes:
        outcome: what came of it, in words; why it failed where it did.
    """

    what: str
    passed: bool
    outcome: str = ""

    def __str__(self) -> str:
        return f"{'✔' if self.passed else '✘'} {self.what}{f': {self.outcome}' if self.outcome else ''}"


@dataclass(frozen=True, slots=True)
class Workflow:
    """What a person with one role does with one resource, by one face.

    Attributes:
        name: ``keep``, ``refuse``, ``look``, ``act``, ``remove``, ``stay out``, ``person``.
        face: ``pages`` or ``rest``.
    """

    resource: str
    role: str
    face: str
    name: str
    steps: tuple[Step, ...]

    @property
    def passed(self) -> bool:
        """Whether there were steps, and each of them passed."""
        return bool(self.steps) and all(step.passed for step in self.steps)

    def __str__(self) -> str:
        head = f"{self.resource}, as {self.role}, {self.face}, {self.name}: {'passed' if self.passed else 'failed'}"
        return "\n".join([head, *(f"  {step}" for step in self.steps if not step.passed)])


class Failed(Exception):
    """A step did not come out; the workflow ends there, because what follows builds on it."""


@dataclass(slots=True)
class Diary:
    """Keeps the steps of a workflow while it is walked."""

    steps: list[Step] = field(default_factory=list)

    def expect(self, what: str, passed: object, outcome: str = "", *, go_on: bool = False) -> None:
        """Note a step. Raises Failed where it did not come out, unless the rest does not depend on it."""
        self.steps.append(Step(what, bool(passed), "" if passed else outcome))
        if not passed and not go_on:
            raise Failed(what)


def failed(workflows: Iterable[Workflow]) -> list[Workflow]:
    """Return those that did not pass."""
    return [each for each in workflows if not each.passed]
