"""A record: the statement of one run with the evidence that it names, as it is kept beside the sources."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from dihya_hookspecs import Invalid
from pydantic import BaseModel, ConfigDict, ValidationError

from ..suite.model import COLUMNS, State, together
from ..suite.report import Report, Words
from ..suite.statement import Statement, demand, evidence_digest, stated


class Found(BaseModel):
    """What one check asked and saw.

    Attributes:
        advice: what to do; None where there is nothing to be done.
    """

    model_config = ConfigDict(extra="forbid")
    sentence: Words
    evidence: Words
    advice: Words | None = None
    data: dict[str, Any]
    seconds: float


class Record(BaseModel):
    """A statement and the evidence of each of its checks.

    It is not signed: whoever can change it here can change the plugin beside it. The digests bind it to a wheel and to its
    evidence, and it is signed when the wheel is published.
    """

    model_config = ConfigDict(extra="forbid")
    format: Literal["dihya-record 1"] = "dihya-record 1"
    statement: Statement
    seconds: float
    found: dict[str, Found]

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.statement.subject.name

    def of(self, column: str) -> list[str]:
        """Return the names of the checks of a column."""
        return [name for name in self.statement.checks if name.startswith(f"{column}.")]


def recorded(report: Report, *private: Path) -> Record:
    """Return the record of a whole run. Raises Invalid for the run of some columns only.

    Args:
        private: folders of this machine, whose names are taken out of what the checks said.
    """
    report = _without(report, private)
    found = {
        line.name: Found(
            sentence=line.sentence, evidence=line.evidence, advice=line.advice if line.state == "failed" else None,
            data=line.data, seconds=round(line.seconds, 1),
        )
        for line in report.checks
    }  # fmt: skip
    return Record(statement=stated(report), seconds=round(report.seconds), found=found)


def _without(report: Report, private: tuple[Path, ...]) -> Report:
    """Return the report without the folders in which it was made: they say nothing, and differ from run to run."""
    text = report.model_dump_json()
    for folder in private:
        text = re.sub(rf"{re.escape(str(folder))}(?:/work/proof-\w+(?:/run-\w+)?)?/", "", text)
    return Report.model_validate_json(text)


def written(record: Record) -> str:
    """Return a record as JSON text."""
    return json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read(path: Path) -> Record:
    """Return the record in a file. Raises Invalid unless its evidence is that of its statement, and its marks follow."""
    try:
        record = Record.model_validate_json(path.read_bytes())
    except OSError as error:
        raise Invalid(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise Invalid(f"{str(path)!r} is no record; 'dihya marks run' writes one") from error
    claims = record.statement.checks
    if claims.keys() != record.found.keys():
        raise Invalid(f"{str(path)!r} has evidence of other checks than its statement names; run them again")
    for name, found in record.found.items():
        if evidence_digest(found.evidence.en, found.data) != claims[name].evidence_sha256:
            raise Invalid(f"{str(path)!r} has other evidence of {name!r} than what was seen; run it again")
    if record.statement.columns != _columns(record):
        raise Invalid(f"{str(path)!r} has marks that do not follow from its checks; run them again")
    return record


def _columns(record: Record) -> dict[str, State]:
    claims = record.statement.checks
    states = {column: {claims[name].state for name in record.of(column)} for column in COLUMNS}
    return {column: together(found) for column, found in states.items() if found}


def flaw(record: Record, wheel_sha256: str, now: datetime | None = None) -> str:
    """Return why a record says nothing of a wheel: it is about another one, or too old; empty where it counts."""
    try:
        demand(record.statement, wheel_sha256, now)
    except Invalid as error:
        return error.message
    return ""
