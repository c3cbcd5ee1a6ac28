"""The table that people read: nine rows, and below them what is not green, with evidence and advice."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext

from .model import COLUMNS
from .report import Line, Report

MARKS = {"passed": "✔", "exempt": "✔", "failed": "✘", "not_checked": "–"}
WARNED = "!"
WIDTH = 100
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def lines(report: Report) -> Iterator[str]:
    """Yield the table, line by line, in the reader's language."""
    subject = report.subject
    yield f"{subject.name} {subject.version}  sha256:{subject.wheel_sha256[:16]}  {report.seconds:.0f} s"
    yield ""
    for column, state in report.columns.items():
        yield f"{MARKS[state]} {COLUMNS[column]!s:<14} {_count([one for one in report.checks if one.column == column])}"
    for line in report.checks:
        if line.state != "passed" or line.warnings:
            yield ""
            yield from _explained(line)
    yield ""
    yield _verdict(report)


def _count(found: list[Line]) -> str:
    states = [line.state for line in found]
    parts = [ngettext("%(count)s check passed", "%(count)s checks passed", states.count("passed"))]
    for state, one, more in (
        ("failed", ngettext("%(count)s failed", "%(count)s failed", states.count("failed")), ""),
        ("not_checked", ngettext("%(count)s not checked", "%(count)s not checked", states.count("not_checked")), ""),
        ("exempt", ngettext("%(count)s exempt", "%(count)s exempt", states.count("exempt")), more_of(found)),
    ):
        if state in states:
            parts.append(f"{one}{more}")
    if warned := sum(bool(line.warnings) for line in found):
        parts.append(ngettext("%(count)s with a warning", "%(count)s with a warning", warned))
    return ", ".join(parts)


def more_of(found: list[Line]) -> str:
    """Return the reasons of a column's exemptions, so that no mark stands without them."""
    reasons = [f"{line.name}: {line.exempt}" for line in found if line.state == "exempt"]
    return f" ({'; '.join(reasons)})" if reasons else ""


def _explained(line: Line) -> Iterator[str]:
    yield f"{WARNED if line.warnings else MARKS[line.state]} {line.name}  {line.sentence.text()}"
    if line.state == "exempt":
        yield from _indented(_("exempt: %(reason)s", reason=line.exempt))
    yield from _indented(str(line.evidence.text()))
    if line.state == "failed" or line.warnings:
        yield from _indented(f"→ {line.advice.text()}")


def _indented(text: str) -> Iterator[str]:
    """Yield a text in lines; control characters of a stranger's words do not reach the terminal."""
    clean = _CONTROL.sub("?", text)
    for part in clean.splitlines() or [""]:
        yield from textwrap.wrap(part, WIDTH, initial_indent="    ", subsequent_indent="    ") or [""]


def _verdict(report: Report) -> str:
    states = [state for state in report.columns.values()]
    earned = sum(state in ("passed", "exempt") for state in states)
    return ngettext(
        "%(earned)s of %(count)s column has earned its mark", "%(earned)s of %(count)s columns have earned their mark",
        len(states), earned=earned,
    )  # fmt: skip
