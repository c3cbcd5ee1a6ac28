"""The table of mutants as it was found: which defect was told by its check, and which good plugin raised nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from dihya_hookspecs import Invalid
from pydantic import BaseModel, ConfigDict, ValidationError

from ..suite.registry import suite
from ..suite.trial import Trial

FILE, PAGE = "mutants.json", "mutants.md"


class Row(BaseModel):
    """What was said of one plugin.

    Attributes:
        meant: the check that is meant for its defect; empty for a good plugin.
        flaw: what is wrong with what was said; empty where nothing is.
    """

    model_config = ConfigDict(extra="forbid")
    name: str
    meant: str
    flaw: str


class Table(BaseModel):
    """One run of all mutants and all good plugins."""

    model_config = ConfigDict(extra="forbid")
    format: Literal["dihya-mutants 1"] = "dihya-mutants 1"
    suite: str
    date: datetime
    rows: list[Row]


def tabled(trials: Iterable[Trial], date: datetime) -> Table:
    """Return the table of a run."""
    return Table(suite=suite(), date=date, rows=[Row(name=one.name, meant=one.meant, flaw=one.flaw) for one in trials])


def read(docs: Path) -> Table | None:
    """Return the table that a folder keeps; None where there is none. Raises Invalid where it cannot be read."""
    path = docs / FILE
    if not path.exists():
        return None
    try:
        return Table.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise Invalid(f"{str(path)!r} cannot be read; 'dihya check --mutants --statement FILE' writes it") from error


def page(table: Table) -> str:
    """Return the page: how many were told by the right check, how many alarms, and a line for each."""
    return "\n".join(_lines(table)) + "\n"


def _lines(table: Table) -> Iterator[str]:
    mutants, good = [row for row in table.rows if row.meant], [row for row in table.rows if not row.meant]
    right, alarms = sum(not row.flaw for row in mutants), sum(bool(row.flaw) for row in good)
    yield from (
        "# Mutants of the suite",
        "",
        f"Made by `dihya marks page` from [{FILE}]({FILE}): the run of {table.date:%Y-%m-%d}, suite `{table.suite}`.",
        "",
    )
    yield f"{right} of {len(mutants)} plugins with one defect were told by exactly the check that is meant for it ({_share(right, len(mutants))}); {len(good)} good plugins raised {alarms} alarms."
    yield from ("", "| plugin | check that is meant for it | what was wrong with what was said |", "|---|---|---|")
    for row in table.rows:
        yield f"| {row.name} | {f'`{row.meant}`' if row.meant else 'none: it is good'} | {' '.join(row.flaw.split()).replace('|', '/')} |"


def _share(right: int, count: int) -> str:
    return f"{right / count:.1%}" if count else "none"
