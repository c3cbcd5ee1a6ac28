"""``dihya check``: which marks a plugin earns."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.i18n import gettext as _

if TYPE_CHECKING:
    from .model import Check
    from .report import Report

WRONG = 2
"""Exit code for what cannot be checked at all: no plugin, a corrupt wheel, a column that is none."""
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
READ = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("target", required=False)
@click.option("--column", help="Ask the checks of one column only, and those that they need.")
@click.option("--tests", type=FOLDER, help="The project's folder, where TARGET is only its wheel.")
@click.option("--again", is_flag=True, help="Run also where a statement about the unchanged plugin still stands.")
@click.option(
    "--patience",
    type=click.FloatRange(min=1, max=20),
    default=1,
    show_default=True,
    help="Multiply every time limit, on a machine that is slow or busy.",
)
@click.option(
    "--give",
    multiple=True,
    metavar="VARIABLE",
    help="Let its tests read the folder that this variable names, where it declares that they do.",
)
@click.option("--list", "listing", is_flag=True, help="List the checks instead of running them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--junit", type=FILE, help="File that receives the result as JUnit XML.")
@click.option(
    "--statement", type=FILE, help="File that receives the signed statement of the run; with --mutants, their table."
)
@click.option(
    "--verify", "verifying", type=READ, help="Verify this statement about TARGET, a wheel or a folder; nothing is run."
)
@click.option("--key", "keys", multiple=True, help="With --verify: a public key (base64) that you trust.")
@click.option(
    "--mutants", is_flag=True, help="TARGET is a folder of plugins with one defect each: print who tells of it."
)
@click.pass_context
def check(context: click.Context, target: str | None, **options: object) -> None:
    """Run the suite on TARGET: an installed plugin, the folder of one, or a wheel.

    Its code runs in the sandbox only, in an environment of its own, without a network. Nine columns, three states: ✔
    every check passed, ✘ one failed, – one could not be asked. The exit code is 0 when every column is ✔, 1 when one is
    not, and 2 for what is no plugin.
    """
    try:
        context.exit(0 if _done(target, options) else 1)
    except DihyaError as error:
        click.echo(f"error: {error.message}", err=True)
        context.exit(WRONG)


def _done(target: str | None, said: Mapping[str, object]) -> bool:
    """Do what the options say; return whether all is well."""
    from . import session
    from .registry import chosen

    column = said["column"]
    if said["listing"]:
        return _list(chosen(column))  # type: ignore[arg-type]
    if target is None:
        raise Invalid("say what to check: a plugin's name, its folder or its wheel")
    if said["verifying"]:
        return _verified(said["verifying"], Path(target), set(said["keys"]))  # type: ignore[arg-type, call-overload]
    if said["mutants"]:
        return _mutated(Path(target), column, float(said["patience"]), said["statement"])  # type: ignore[arg-type]
    if column and said["statement"]:
        raise Invalid("a statement is made of a run of the whole suite; leave --column out")
    again, patience = bool(said["again"]), float(said["patience"])  # type: ignore[arg-type]
    give = _given(said["give"])  # type: ignore[arg-type]
    run = session.Session(target, column, said["tests"], again=again, patience=patience, give=give)  # type: ignore[arg-type]
    report = run.report(heard=(lambda one: None) if said["as_json"] else _hear)
    if said["statement"]:
        Path(str(said["statement"])).write_text(run.statement(report), encoding="utf-8")
    _print(report, run.since, as_json=bool(said["as_json"]), junit=said["junit"])  # type: ignore[arg-type]
    return report.passed


def _given(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of variables. Raises Invalid for one that names no folder here."""
    for name in names:
        if not Path(os.environ.get(name) or "/dev/null").is_dir():
            raise Invalid(f"--give {name}: the variable names no folder; it is {os.environ.get(name, '')!r}")
    return names


def _list(wanted: Mapping[str, Check]) -> bool:
    """Print the checks that there are."""
    for one in wanted.values():
        click.echo(f"{one.name:<32} {one.sentence}")
    return True


def _verified(file: Path, wheel: Path, keys: set[str]) -> bool:
    """Print what a statement says of a wheel; nothing is well where nobody knows the key."""
    from . import session, statement

    text, known = file.read_text("utf-8", "replace"), keys | session.own_keys()
    if wheel.is_dir():
        found = session.verified(text, wheel, known)
    elif wheel.is_file():
        found = statement.verify(text, wheel.read_bytes(), known)
    else:
        raise Invalid(f"{str(wheel)!r} is neither a wheel nor a folder; a statement is verified against one of them")
    said, subject = found.statement, found.statement.subject
    click.echo(
        f"{subject.name} {subject.version}  sha256:{subject.wheel_sha256[:16]}  {said.date:%Y-%m-%d}  {said.suite}"
    )
    click.echo(", ".join(f"{column}: {state}" for column, state in said.columns.items()))
    click.echo(_("signed by %(key)s", key=found.key))
    if not found.known:
        click.echo(_("nobody named this key: anybody may have signed; say --key if you trust it"), err=True)
    return found.known and said.passed


def _mutated(folder: Path, column: str | None, patience: float, kept: Path | None) -> bool:
    """Print a line for each mutant and each good plugin; return whether each was told by its check, and no other one."""
    from ..marks import trials
    from . import session

    if column and kept:
        raise Invalid("a table of mutants is made of all of them; leave --column out")
    found, began = [], datetime.now(UTC)
    for one in session.tried(folder, column, patience):
        found.append(one)
        mark = "✘" if one.flaw else "✔"
        click.echo(f"{mark} {one.name:<32} {one.meant:<28} {one.seconds:5.0f} s  {one.flaw}".rstrip())
    right = sum(not one.flaw for one in found)
    click.echo(f"{right}/{len(found)}")
    if kept:
        kept.write_text(trials.tabled(found, began).model_dump_json(indent=1) + "\n", encoding="utf-8")
    return right == len(found)


def _hear(one: Check) -> None:
    """Say on standard error which check runs, for whoever waits."""
    click.echo(f"  {one.name}", err=True)


def _print(report: Report, since: str, *, as_json: bool, junit: Path | None) -> None:
    from . import report as reports
    from . import table

    if junit:
        junit.write_bytes(reports.junit(report))
    if as_json:
        click.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return
    for line in table.lines(report):
        click.echo(line)
    if since:
        click.echo(_("unchanged since %(date)s, and not run again; --again runs it", date=since))
