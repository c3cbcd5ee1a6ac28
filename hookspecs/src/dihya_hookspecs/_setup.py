"""What ``dihya setup`` does: its steps, what they ask, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .i18n import Text


@dataclass(frozen=True, slots=True)
class Notice:
    """What a step of the set-up did, and lines that must not be overlooked: they are printed last, in a frame."""

    said: str
    lines: tuple[str, ...]


def framed(*lines: str) -> str:
    """Return lines in a frame of characters that every terminal and every log has."""
    width = max(map(len, lines))
    edge = f"+{'-' * (width + 2)}+"
    return "\n".join([edge, *(f"| {line:<{width}} |" for line in lines), edge])


@dataclass(frozen=True, slots=True)
class Question:
    """What a step of the set-up has to know: ``dihya setup`` takes it as the option ``--<name>``, and asks on a terminal.

    Attributes:
        text: what people read beside it.
        check: returns an answer as it will be used. Raises Invalid for what is none.
        pending: tells whether it is still to be answered; called in an act, and perhaps before there are tables.
    """

    name: str
    text: Text
    check: Callable[[str], str]
    pending: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SetupStep:
    """Something to be done once before serving: ``run`` is idempotent and returns one sentence on what it did.

    Attributes:
        run: returns the sentence, or a Notice when something must not be overlooked, such as a one-time password; it is
            called with the answer to the question where somebody gave one, and otherwise without anything.
        done: tells whether it was ever done; while it was not, ``serve`` and ``doctor`` ask for ``dihya setup``.
        question: what it has to know, and can do without where nobody is there to answer.
    """

    name: str
    run: Callable[..., str | Notice]
    done: Callable[[], bool] | None = None
    question: Question | None = None
