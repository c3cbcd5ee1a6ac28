"""``dihya marks``: the records of a repository's plugins, the page that is made of them, and runs that doubt them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import gettext as _

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
docs = click.option("--docs", type=FOLDER, default="docs", show_default=True, help="Folder of statements and pages.")
places = click.option("--plugins", type=FOLDER, default="plugins", show_default=True, help="Folder of the plugins.")
minutes = click.option("--minutes", type=click.FloatRange(min=0), help="Begin no other run after this time.")
patience = click.option(
    "--patience", type=click.FloatRange(min=1, max=20), default=1, show_default=True, help="Multiply every time limit."
)


@click.group()
def marks() -> None:
    """Keep what the plugins of a repository have earned."""


@marks.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Run also what is recorded and unchanged.")
@docs
@places
@minutes
@patience
def run(names: tuple[str, ...], every: bool, docs: Path, plugins: Path, minutes: float | None, patience: float) -> None:
    """Run the suite on what has no record that counts, or on NAMES, and write a record of each."""
    from . import runs, standing

    folders = standing.named(standing.plugins(plugins), names) if names else standing.plugins(plugins)
    chosen = folders if names or every else runs.due(folders, docs)
    for done in runs.recorded(chosen, docs, minutes=minutes, patience=patience):
        click.echo(done)


@marks.command()
@click.argument("names", nargs=-1)
@docs
@places
@minutes
@patience
@click.pass_context
def again(
    context: click.Context, names: tuple[str, ...], docs: Path, plugins: Path, minutes: float | None, patience: float
) -> None:
    """Run NAMES and the tenth of the plugins whose turn it is today, and compare with what is recorded.

    The exit code is 1 where a recorded mark is not earned again. Nothing is written.
    """
    from . import runs, standing

    folders = standing.plugins(plugins)
    names = tuple(name for name in names if name in {folder.name for folder in folders})
    tenth = standing.turn(folders, datetime.now(UTC).date())
    chosen = list(dict.fromkeys([*standing.named(folders, names), *tenth]))
    well = True
    for line, same in runs.compared(chosen, docs, minutes=minutes, patience=patience):
        click.echo(line, err=not same)
        well = well and same
    context.exit(0 if well else 1)


@marks.command()
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; fail for a record that does not count, and a page that differs. What has no record has no mark.",
)
@docs
@places
def page(check: bool, docs: Path, plugins: Path) -> None:
    """Write modules.md and the pages of evidence from the records, and asvs.md where there is an asvs.json."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo

    from . import asvs, index, standing, trials
    from . import page as pages

    found = list(standing.standing(standing.plugins(plugins), docs, get(AppInfo).data))
    written = pages.pages(index.read(docs), found)
    if requirements := asvs.read(docs):
        written[asvs.PAGE] = asvs.page(requirements)
        if flaws := list(asvs.flaws(requirements, docs.absolute().parent)):
            raise DihyaError(f"{docs / asvs.FILE}: {'; '.join(flaws)}", code="stale")
    if table := trials.read(docs):
        written[trials.PAGE] = trials.page(table)
    over = pages.left_over(docs, written)
    differs = [name for name, text in written.items() if not _holds(docs / name, text)]
    if check:
        stale = [f"{one.name}: {one.flaw}" for one in found if one.flaw and not one.missing]
        _demand(docs, stale, [*differs, *(one.name for one in over)])
        return
    for name in differs:
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(written[name], encoding="utf-8")
    for path in over:
        path.unlink()
    for one in found:
        if one.flaw:
            click.echo(f"{one.name}: {one.flaw}", err=True)
    click.echo(_("%(count)s pages written", count=len(differs)))


def _demand(docs: Path, flaws: list[str], differs: list[str]) -> None:
    """Raise DihyaError for records that do not count, and pages that are not those that would be written."""
    if flaws:
        raise DihyaError(f"{'; '.join(flaws)}; run 'dihya marks run' and commit what it writes", code="stale")
    if differs:
        raise DihyaError(
            f"out of date in {docs.as_posix()!r}: {', '.join(differs)}; run 'dihya marks page'", code="stale"
        )


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


@marks.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the statements."
)
@docs
@places
def sign(out: Path, docs: Path, plugins: Path) -> None:
    """Sign the statements of all plugins for a release, with the key of this installation.

    Each is signed only while its record counts for the wheel that the sources make today.
    """
    from . import runs, standing

    out.mkdir(parents=True, exist_ok=True)
    for name, text in runs.signed(standing.plugins(plugins), docs):
        (out / f"{name}.json").write_text(text, encoding="utf-8")
        click.echo(out / f"{name}.json")
