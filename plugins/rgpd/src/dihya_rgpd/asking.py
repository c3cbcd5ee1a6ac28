"""Asks the other plugins, each inside a savepoint, so that one that fails or refuses takes nothing with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs import Incomplete
from dihya_hookspecs.app import Hooks
from dihya_hookspecs.rgpd import Demand, Erasure, Subject
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

Answers = list[tuple[str, Any]]


class _Undone(Exception):
    """Takes back what was done in the savepoint."""


class Plugins:
    """The hooks of a demand."""

    def __init__(self, session: Session, hooks: Hooks) -> None:
        self._session, self._hooks = session, hooks

    def export(self, demands: Mapping[Subject, Demand]) -> Answers:
        """Return what each plugin discloses of each subject."""
        return [
            answer for subject, demand in demands.items() for answer in self._ask("on_rgpd_export", subject, demand)
        ]

    def erase(self, demands: Mapping[Subject, Demand]) -> tuple[Answers, list[Subject]]:
        """Let every plugin erase; return the answers, and the subjects of whom nothing may be erased."""
        found: Answers = []
        refused: list[Subject] = []
        for subject, demand in demands.items():
            answers = self._ask("on_rgpd_erase", subject, demand)
            if any(_refuses(answer) for _, answer in answers):
                refused.append(subject)
                answers = [(plugin, answer) for plugin, answer in answers if _refuses(answer)]
            found += answers
        return found, refused

    def _ask(self, hook: str, subject: Subject, demand: Demand) -> Answers:
        answers: Answers = []
        try:
            with self._session.begin_nested():
                answers = self._hooks.call(hook, subject=subject, demand=demand)
                if any(_refuses(answer) for _, answer in answers):
                    raise _Undone
                if any(isinstance(answer, Incomplete) for _, answer in answers) and not self._usable():
                    undone = "undone by the failure of another plugin"
                    answers = [(n, a if isinstance(a, Incomplete) else Incomplete(n, undone)) for n, a in answers]
                    raise _Undone
        except _Undone:
            pass
        return answers

    def _usable(self) -> bool:
        """Tell whether no plugin has broken the transaction."""
        try:
            self._session.flush()
            self._session.execute(select(1))
        except SQLAlchemyError:
            return False
        return True


def _refuses(answer: object) -> bool:
    return isinstance(answer, Erasure) and answer.refused
