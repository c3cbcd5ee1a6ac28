"""The page of marks and the pages of evidence, made of records alone: no mark stands without a run that counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dihya_hookspecs.i18n import Text

from ..suite.model import COLUMNS, State
from ..suite.statement import DAYS
from .index import Index, Row
from .record import Record
from .standing import Standing

PAGE, EVIDENCE = "modules.md", "modules"
EARNED, FAILED, NOTHING = "✔", "✘", "·"
UNKNOWN = Text("not checked", "non vérifié")
TITLE = Text("Check marks", "Index des modules")
ABOUT = Text(
    "Made by `dihya marks page` of the records in [statements](statements). Each mark is the result of a run of [the suite](check.md) and leads to "
    "what was seen: ✔ every check of the column passed, ✘ one did not, *not checked* one could not be asked. ✔* stands with an exemption, "
    "whose reason is below. · there is no such module yet. Mechanisms are tested; that is no certificate.",
    "Produit par `dihya marks page` à partir des relevés de [statements](statements). Chaque marque est le résultat d’une exécution de [la suite](check.md) et mène à "
    "ce qui a été constaté : ✔ toutes les vérifications de la colonne ont réussi, ✘ l’une a échoué, *non vérifié* l’une n’a pas pu être posée. ✔* porte une "
    "exemption, dont la raison figure plus bas. · ce module n’existe pas encore. Des mécanismes sont testés ; ce n’est pas un certificat.",
)
ROLE = Text("Role", "Rôle/Description")
MORE = Text("Beyond the index", "Hors sommaire")
MORE_ABOUT = Text("Plugins that no row of the index names.", "Plugins qu’aucune ligne du sommaire ne nomme.")
MISSING = Text("does not exist yet", "n’existe pas encore")
EXEMPTIONS = Text("Exemptions", "Exemptions")
STALE = Text("Not counted", "Non comptés")
NONE = Text("none", "aucune")


def pages(index: Index, standings: Iterable[Standing]) -> dict[str, str]:
    """Return every page: its path below the folder of documents → its text."""
    known = {one.name: one for one in standings}
    language = index.language
    found = {PAGE: "\n".join(_table(index, known)) + "\n"}
    for one in known.values():
        if one.record is not None:
            found[f"{EVIDENCE}/{one.name}.md"] = "\n".join(_evidence(one.record, language)) + "\n"
    return found


def left_over(docs: Path, written: Mapping[str, str]) -> list[Path]:
    """Return the pages of evidence of plugins that are no longer there."""
    return [path for path in sorted((docs / EVIDENCE).glob("*.md")) if f"{EVIDENCE}/{path.name}" not in written]


def _table(index: Index, known: Mapping[str, Standing]) -> Iterator[str]:
    said = index.language
    yield from (f"# {_in(TITLE, said)}", "", _in(ABOUT, said), "", _summary(index, known), "")
    yield from _rows(index.row, known, said)
    if index.more:
        yield from ("", f"## {_in(MORE, said)}", "", _in(MORE_ABOUT, said), "")
        yield from _rows(index.more, known, said)
    shown = [known[row.answered_by] for row in index.rows if row.answered_by in known]
    exempt = [line for one in shown if not one.flaw and one.record for line in _exemptions(one.record)]
    yield from ("", f"## {_in(EXEMPTIONS, said)}", "", *(exempt or [_in(NONE, said)]))
    stale = [f"- `{one.name}`: {one.flaw}" for one in shown if one.flaw]
    if stale:
        yield from ("", f"## {_in(STALE, said)}", "", *stale)


def _summary(index: Index, known: Mapping[str, Standing]) -> str:
    """One sentence with all numbers, and the days between which the runs were."""
    rows = index.row
    there = [row for row in rows if row.answered_by in known]
    counted = [one for one in known.values() if one.record is not None and not one.flaw]
    states = [state for one in counted if one.record for state in one.record.statement.columns.values()]
    days = sorted(f"{one.record.statement.date:%Y-%m-%d}" for one in counted if one.record)
    between = f"{days[0]} – {days[-1]}" if days else "–"
    numbers = {
        "rows": len(rows), "there": len(there), "plugins": len(known), "columns": len(COLUMNS), "days": between,
        "earned": sum(state in ("passed", "exempt") for state in states), "failed": states.count("failed"),
        "unknown": len(known) * len(COLUMNS) - sum(state != "not_checked" for state in states), "age": DAYS,
    }  # fmt: skip
    text = Text(
        "{rows} rows, of which {there} have a plugin; {plugins} plugins in all, each with {columns} columns: {earned} ✔, {failed} ✘, {unknown} not checked. "
        "Runs of {days}; a record counts for its wheel, and for {age} days.",
        "{rows} lignes, dont {there} ont un plugin ; {plugins} plugins en tout, chacun avec {columns} colonnes : {earned} ✔, {failed} ✘, {unknown} non vérifiées. "
        "Exécutions du {days} ; un relevé vaut pour sa wheel, et {age} jours.",
    )
    return _in(text, index.language).format(**numbers)


def _rows(rows: Sequence[Row], known: Mapping[str, Standing], said: str) -> Iterator[str]:
    heads = [_in(head, said) for head in COLUMNS.values()]
    yield f"| Module | {_in(ROLE, said)} | {' | '.join(heads)} |"
    yield f"|{'---|' * (len(heads) + 2)}"
    for row in rows:
        one = known.get(row.answered_by)
        module = f"[{row.module}](../plugins/{one.folder.name}/README.md)" if one else row.module
        cells = [_cell(one, column, said) if one else _absent(row, said) for column in COLUMNS]
        role = row.role if one else f"{row.role} — *{row.note or _in(MISSING, said)}*"
        yield f"| {module} | {role} | {' | '.join(cells)} |"


def _absent(row: Row, said: str) -> str:
    """A module that is there without being a plugin was not checked; one that is not there has nothing to check."""
    return _in(UNKNOWN, said) if row.note else NOTHING


def _cell(one: Standing, column: str, said: str) -> str:
    """Return the mark of a column; what does not count says so, and no mark."""
    record = one.record
    if record is None or one.flaw or column not in record.statement.columns:
        return _in(UNKNOWN, said)
    shown = _mark(record.statement.columns[column], said)
    return f"[{shown}]({EVIDENCE}/{one.name}.md#{anchor(_in(COLUMNS[column], said))})"


def _mark(state: State, said: str) -> str:
    return {"passed": EARNED, "exempt": f"{EARNED}*", "failed": FAILED}.get(state, _in(UNKNOWN, said))


def anchor(heading: str) -> str:
    """Return the name by which a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _exemptions(record: Record) -> list[str]:
    claims = record.statement.checks.items()
    return [f"- `{record.name}`, `{name}`: {_plain(claim.exempt)}" for name, claim in claims if claim.state == "exempt"]


def _evidence(record: Record, said: str) -> Iterator[str]:
    statement, subject = record.statement, record.statement.subject
    yield from (f"# {subject.name} {subject.version}", "")
    yield from (f"- wheel: `sha256:{subject.wheel_sha256}`", f"- suite: `{statement.suite}`")
    around = ", ".join(f"{name} {version}" for name, version in statement.around.items())
    yield from (f"- {around}", f"- {statement.date:%Y-%m-%d}, {record.seconds:.0f} s")
    for column in [one for one in COLUMNS if one in statement.columns]:
        yield from ("", f"## {_in(COLUMNS[column], said)}", "", _mark(statement.columns[column], said), "")
        for name in record.of(column):
            yield from _line(record, name, said)


def _line(record: Record, name: str, said: str) -> Iterator[str]:
    """One check: its mark, what holds when it passes, how long it took, what was seen, and what to do."""
    claim, found = record.statement.checks[name], record.found[name]
    yield f"- {_mark(claim.state, said)} `{name}` {_plain(_in(found.sentence.text(), said))} ({found.seconds:g} s)"
    yield f"  - {_plain(_in(found.evidence.text(), said))}"
    if claim.state == "exempt":
        yield f"  - {_plain(claim.exempt)}"
    if found.advice is not None:
        yield f"  - → {_plain(_in(found.advice.text(), said))}"


def _plain(text: str) -> str:
    """Return what a plugin said as text of a page: one line, in which nothing is markup."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(text.split()))


def _in(text: Text, said: str) -> str:
    return text.fr if said == "fr" else text.en
