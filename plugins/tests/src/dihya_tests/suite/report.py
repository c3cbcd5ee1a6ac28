"""The report of a run: what ``--json`` prints, whose JSON Schema is published, and what a statement is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal
from xml.etree import ElementTree

from dihya_hookspecs.i18n import Text
from pydantic import BaseModel, ConfigDict, Field

from .model import COLUMNS, WARNINGS, Result, State, mark, together
from .registry import checks, suite
from .target import Target


class Words(BaseModel):
    """A sentence in both languages."""

    model_config = ConfigDict(extra="forbid")
    en: str
    fr: str

    def text(self) -> Text:
        """The sentence as it is said to a reader."""
        return Text(self.en, self.fr)


class Line(BaseModel):
    """One check."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(description="column.subject")
    column: str
    sentence: Words = Field(description="What holds when it passes.")
    state: State = Field(description="What counts; 'exempt' stands for a failure that the author gives a reason for.")
    evidence: Words = Field(description="What was looked at, or what is wrong.")
    data: dict[str, Any] = Field(description="The same for machines.")
    advice: Words
    seconds: float
    exempt: str = Field("", description="The author's reason.")

    @property
    def warnings(self) -> list[str]:
        """What the author should know although the check passed; it stands in ``data`` too."""
        return list(self.data.get(WARNINGS, ())) if self.state == "passed" else []


class Subject(BaseModel):
    """What was checked."""

    model_config = ConfigDict(extra="forbid")
    name: str
    version: str
    wheel_sha256: str
    sources_sha256: str = Field(description="Of the folder with the tests; empty where only a wheel was checked.")


class Report(BaseModel):
    """What became of every check that was asked for."""

    model_config = ConfigDict(extra="forbid", title="Report of dihya check")
    format: Literal["dihya-check 1"] = "dihya-check 1"
    suite: str = Field(description="Version of the suite with a digest of its code.")
    began: datetime
    seconds: float
    subject: Subject
    columns: dict[str, State] = Field(description="Column → what its checks say together.")
    checks: list[Line]

    @property
    def passed(self) -> bool:
        """True when every column has earned its mark."""
        return all(state in ("passed", "exempt") for state in self.columns.values())

    @property
    def whole(self) -> bool:
        """True when every check of the suite was asked."""
        return {line.name for line in self.checks} == checks().keys()

    def together(self, lines: Sequence[Line], seconds: float) -> Report:
        """Return the same report with other lines, some of which were run later."""
        of = {column: [line.state for line in lines if line.column == column] for column in COLUMNS}
        columns = {column: together(states) for column, states in of.items() if states}
        return self.model_copy(update={"checks": list(lines), "columns": columns, "seconds": round(seconds, 2)})


def reported(target: Target, results: Sequence[Result], began: datetime, seconds: float) -> Report:
    """Return the report of a run."""
    subject = subject_of(target)
    columns = {column: [one for one in results if one.check.column == column] for column in COLUMNS}
    return Report(
        suite=suite(), began=began, seconds=round(seconds, 2), subject=subject,
        columns={column: mark(ones) for column, ones in columns.items() if ones}, checks=[_line(one) for one in results],
    )  # fmt: skip


def subject_of(target: Target) -> Subject:
    """Return what a report says of a target."""
    parcel = target.parcel
    return Subject(
        name=target.name, version=parcel.version, wheel_sha256=parcel.sha256, sources_sha256=target.sources_sha256
    )


def _line(result: Result) -> Line:
    one, outcome = result.check, result.outcome
    return Line(
        name=one.name, column=one.column, sentence=_words(one.sentence), state=result.state,
        evidence=_words(outcome.evidence), data=dict(outcome.data), advice=_words(one.advice),
        seconds=round(result.seconds, 3), exempt=result.exempt if result.state == "exempt" else "",
    )  # fmt: skip


def _words(text: Text) -> Words:
    return Words(en=text.en, fr=text.fr)


def junit(report: Report) -> bytes:
    """Return the report as JUnit XML: not checked is an error, an exemption a skipped test with its reason."""
    lines = report.checks
    root = ElementTree.Element(
        "testsuite", name=f"dihya check {report.subject.name} {report.subject.version}", tests=str(len(lines)),
        failures=_count(lines, "failed"), errors=_count(lines, "not_checked"), skipped=_count(lines, "exempt"),
        time=str(report.seconds), timestamp=report.began.isoformat(),
    )  # fmt: skip
    for line in lines:
        case = ElementTree.SubElement(root, "testcase", classname=line.column, name=line.name, time=str(line.seconds))
        tag = {"failed": "failure", "not_checked": "error", "exempt": "skipped"}.get(line.state)
        if tag:
            said = line.exempt or str(line.evidence.text())
            ElementTree.SubElement(case, tag, message=_printable(said)).text = _printable(str(line.advice.text()))
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _count(lines: Iterable[Line], state: str) -> str:
    return str(sum(line.state == state for line in lines))


def _printable(text: str) -> str:
    """Return a text without the control characters that XML does not know."""
    return "".join(char for char in text if char in "\n\t" or char >= " ")
