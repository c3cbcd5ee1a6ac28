"""``dihya check``: which marks a plugin earns."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click
from dihya_hookspecs import DihyaError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Check
    from .report import Report

WRONG = 2
"""Exit code for what cannot be checked at all: no plugin, a corrupt wheel, a column that is none."""
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("check")
@click.argument("target", required=False)
@click.option("--column", help="Ask the checks of one column only, and those that they need.")
@click.option("--tests", type=FOLDER, help="The project's folder, where TARGET is only its wheel.")
@click.option("--list", "listing", is_flag=True, help="List the checks instead of running them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--junit", type=FILE, help="File that receives the result as JUnit XML.")
@click.pass_context
def check(
    context: click.Context, target: str | None, column: str | None, tests: Path | None, listing: bool, as_json: bool,
    junit: Path | None,
) -> None:  # fmt: skip
    """Run the suite on TARGET: an installed plugin, the folder of one, or a wheel.

    Its code runs in the sandbox only, in an environment of its own, without a network. Nine columns, three states: ✔
    every check passed, ✘ one failed, – one could not be asked. The exit code is 0 when every column is ✔, 1 when one is
    not, and 2 for what is no plugin.
    """
    from .registry import chosen

    try:
        wanted = chosen(column)
        if listing:
            return _list(wanted)
        if target is None:
            raise click.UsageError("say what to check: a plugin's name, its folder or its wheel")
        report = _checked(target, column, tests, quiet=as_json)
    except DihyaError as error:
        click.echo(f"error: {error.message}", err=True)
        context.exit(WRONG)
    _print(report, as_json, junit)
    context.exit(0 if report.passed else 1)


def _list(wanted: Mapping[str, Check]) -> None:
    """Print the checks that there are."""
    for one in wanted.values():
        click.echo(f"{one.name:<32} {one.sentence}")


def _checked(said: str, column: str | None, tests: Path | None, *, quiet: bool) -> Report:
    """Run what was asked for in a folder of its own, below the data folder."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo

    from .. import work
    from ..settings import Settings
    from .registry import chosen
    from .report import reported
    from .run import run
    from .target import resolve

    data = get(AppInfo).data
    with ExitStack() as stack:
        root = stack.enter_context(work.folder(work.place(data)))
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=root)))
        target = resolve(said, place, tests=tests, without=[data])
        began, start = datetime.now(UTC), monotonic()
        desk = root / "run"
        desk.mkdir()
        results = run(
            target, chosen(column), desk, get(Settings), hide=(str(data),), heard=(lambda one: None) if quiet else _hear
        )
        return reported(target, results, began, monotonic() - start)


def _hear(one: Check) -> None:
    """Say on standard error which check runs, for whoever waits."""
    click.echo(f"  {one.name}", err=True)


def _print(report: Report, as_json: bool, junit: Path | None) -> None:
    from . import report as reports
    from . import table

    if junit:
        junit.write_bytes(reports.junit(report))
    if as_json:
        click.echo(json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return
    for line in table.lines(report):
        click.echo(line)
