"""What a check is, and what it can find: passed, failed, or not checked, which is never green."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from dihya_hookspecs.i18n import Text

State = Literal["passed", "failed", "not_checked", "exempt"]
COLUMNS: Mapping[str, Text] = {
    "security": Text("Security", "Sécurité"),
    "privacy": Text("Privacy", "RGPD"),
    "audit": Text("Audit", "Audit"),
    "extensible": Text("Extensible", "Extensible"),
    "tests": Text("Tests", "Tests"),
    "docs": Text("Docs", "Docs"),
    "monitored": Text("Monitored", "Surveillance"),
    "accessible": Text("Accessible", "Accessibilité"),
    "cicd": Text("CI/CD", "CI/CD"),
}
APART = "apart"
"""Where the data of a check that passed says what it did not look at, and why; that is an exemption as well."""
WARNINGS = "warnings"
"""Where the data of a check that passed says what its author should know all the same."""
MOST_FLAWS = 8
"""How many flaws the sentence of a failed check quotes; all of them stand in its data."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found.

    Attributes:
        evidence: one sentence that a reader can judge: what was looked at, or what is wrong.
        data: the same for machines; JSON.
    """

    state: State
    evidence: Text
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One question about a plugin.

    Attributes:
        name: ``column.subject``.
        sentence: what holds when it passes.
        ask: gets the plugin (inside of the sandbox) or the bench (``outside``) and gives the outcome.
        advice: what an author does about a failure.
        needs: names of checks without which this one has nothing to look at.
        seconds: its time limit.
        outside: it starts sandboxed runs itself and judges them from outside; the plugin's code is not in its process.
        shared: it looks at an application beside others, and may find one that was started for several checks.
    """

    name: str
    sentence: Text
    ask: Callable[[Any], Outcome]
    advice: Text
    needs: tuple[str, ...] = ()
    seconds: float = 30
    outside: bool = False
    shared: bool = False

    @property
    def column(self) -> str:
        """The column that it counts for."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a check in one run.

    Attributes:
        exempt: why it does not count; the author's words.
    """

    check: Check
    outcome: Outcome
    seconds: float
    exempt: str = ""

    @property
    def state(self) -> State:
        """The state that counts: an exemption stands in the place of a failure, and beside what passed without a part."""
        part = self.outcome.state != "passed" or APART in self.outcome.data
        return "exempt" if self.exempt and part else self.outcome.state

    @property
    def warnings(self) -> list[str]:
        """What an author should know although the check passed."""
        return list(self.outcome.data.get(WARNINGS, ())) if self.outcome.state == "passed" else []

    def exempted(self, reason: str) -> Result:
        """Return the same result with the author's reason."""
        return replace(self, exempt=reason)


class NotChecked(Exception):
    """The question could not be asked: something is missing that it needs. Never raised for a fault of the plugin."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.reason = Text(en, fr)


def passed(en: str, fr: str, **data: Any) -> Outcome:
    """Return that it holds, and what was looked at."""
    return Outcome("passed", Text(en, fr), data)


def failed(en: str, fr: str, **data: Any) -> Outcome:
    """Return that it does not hold, and what is wrong."""
    return Outcome("failed", Text(en, fr), data)


def not_checked(reason: Text, **data: Any) -> Outcome:
    """Return that nobody knows."""
    return Outcome("not_checked", reason, data)


def judged(flaws: Iterable[str], en: str, fr: str, **data: Any) -> Outcome:
    """Return a failure that quotes the flaws, or, where there is none, that it holds by the evidence given.

    Args:
        flaws: technical sentences, such as a compiler's; they are quoted as they are in both languages.
        en, fr: what was looked at.
    """
    found = list(flaws)
    return failed(*_quoted(found), flaws=found, **data) if found else passed(en, fr, **data)


def warned(warnings: Iterable[str], en: str, fr: str, **data: Any) -> Outcome:
    """Return that it holds, with what will not hold for ever; the mark is earned, and the report shows the lines.

    Args:
        warnings: technical sentences; they are quoted as they are in both languages.
        en, fr: what was looked at, where there is none.
    """
    found = list(warnings)
    return passed(*_quoted(found), **{**data, WARNINGS: found}) if found else passed(en, fr, **data)


def _quoted(found: list[str]) -> tuple[str, str]:
    text, more = "; ".join(found[:MOST_FLAWS]), len(found) - MOST_FLAWS
    return text + (f"; and {more} more" if more > 0 else ""), text + (f" ; et {more} autres" if more > 0 else "")


def mark(results: Iterable[Result]) -> State:
    """Return the state of a column: failed before not checked, and passed only when each of its checks is answered."""
    return together(result.state for result in results)


def together(found: Iterable[State]) -> State:
    """Return what states say together."""
    states = set(found)
    if "failed" in states:
        return "failed"
    if "not_checked" in states or not states:
        return "not_checked"
    return "exempt" if "exempt" in states else "passed"
