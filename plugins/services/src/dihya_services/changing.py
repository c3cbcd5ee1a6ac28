"""``dihya change``: the next version of a generated plugin, with its author's work and its records."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dihya_hookspecs.growing import Grown


@click.command("change")
@click.argument("plugin")
@click.option(
    "--structure", "source", required=True, metavar="FILE", help="The edited document; '-' reads standard input."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the new version; without it, one beside the old one that bears its number.",
)  # fmt: skip
@click.option("--mark", is_flag=True, help="Write files with conflicts too, both sides marked in them.")
@click.pass_context
def change(context: click.Context, plugin: str, source: str, out: Path | None, mark: bool) -> None:
    """Make the next version of PLUGIN (a folder, or the name of an installed one) from an edited structure.

    It says what changes, writes a migration that keeps every value (what finds no place is written into a file below the data folder), and
    brings the author's changes into the new files. The old folder stays as it is. Where both sides changed the same lines, nothing is
    written and the exit code is 1; --mark writes the new folder with both sides in these files.
    """
    from dihya_hookspecs import folders
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo
    from dihya_hookspecs.growing import Growing

    from .applications import application, files_in, parted
    from .documents import read

    document, info = read(source), get(AppInfo)
    if Path(plugin).is_dir():
        place, version = Path(plugin).resolve(), ""  # its pyproject.toml says it
        texts, others = parted(files_in(place))
    else:
        found = application(info, plugin)
        place, version = Path.cwd() / f"dihya-{plugin.replace('_', '-')}", found.version
        texts, others = found.files
    grown = get(Growing).grow(texts, document, version=version)
    target = out or place.with_name(f"{place.name}-{grown.version}")
    folders.check_free(target)
    _tell(grown)
    if grown.conflicts and not mark:
        context.exit(1)
    marked = {each.path: each.text for each in grown.conflicts if each.line}
    _write({**grown.files, **marked}, others, target)
    click.echo(str(target))
    click.echo(f"version {grown.version}; install it with: dihya plugins install {target}", err=True)
    context.exit(1 if grown.conflicts else 0)


def _write(texts: Mapping[str, str], others: Mapping[str, bytes], target: Path) -> None:
    """Write a new folder, files that are no text included; it is there as a whole, or not at all."""
    from dihya_hookspecs import folders

    draft = target.with_name(f".{target.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    folders.write(texts, draft)
    for path, data in others.items():
        (draft / path).parent.mkdir(parents=True, exist_ok=True)
        (draft / path).write_bytes(data)
    if target.exists():
        target.rmdir()
    draft.rename(target)


def _tell(grown: Grown) -> None:
    """Say what changes, which values are kept in the file, and where the author is asked."""
    for line in grown.differences:
        click.echo(line, err=True)
    for path in grown.merged:
        click.echo(f"merged: {path}", err=True)
    for conflict in grown.conflicts:
        where = f"{conflict.path}:{conflict.line}" if conflict.line else conflict.path
        click.echo(f"conflict: {where}", err=True)
        if conflict.line:
            click.echo(_excerpt(conflict.text, conflict.line), err=True)


def _excerpt(text: str, line: int) -> str:
    lines = text.splitlines()[line - 1 :]
    end = next((number for number, each in enumerate(lines) if each.startswith(">>>>>>>")), 0)
    return "\n".join(f"    {each}" for each in lines[: min(end + 1, 40)])
