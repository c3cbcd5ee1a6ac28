"""``dihya change``: the next version of a generated plugin, with its author's work and its records."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dihya_hookspecs.growing import Grown

LEFT_OUT = ("__pycache__", ".git", ".venv", ".pytest_cache", ".ruff_cache", ".mypy_cache", "dist", "build")


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
    from dihya_hookspecs.growing import Growing

    from .documents import read

    document = read(source)
    files, version, place = (
        _installed(plugin) if not Path(plugin).is_dir() else (*_folder(Path(plugin)), Path(plugin).resolve())
    )
    texts = {path: data.decode("utf-8") for path, data in files.items() if _is_text(data)}
    grown = get(Growing).grow(texts, document, version=version)
    target = out or place.with_name(f"{place.name}-{grown.version}")
    folders.check_free(target)
    _tell(grown)
    if grown.conflicts and not mark:
        context.exit(1)
    marked = {each.path: each.text for each in grown.conflicts if each.line}
    others = {path: data for path, data in files.items() if path not in texts}
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


def _folder(folder: Path) -> tuple[dict[str, bytes], str]:
    """Return the files of a plugin's folder, and no version: its ``pyproject.toml`` says it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if (
            path.is_file()
            and not path.is_symlink()
            and not any(part in LEFT_OUT or part.endswith(".egg-info") for part in parts)
        ):
            found["/".join(parts)] = path.read_bytes()
    return found, ""


def _installed(name: str) -> tuple[dict[str, bytes], str, Path]:
    """Return the package of an installed plugin as the files of its folder, its version, and where a new folder may stand."""
    from dihya_hookspecs import NotFound
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo
    from dihya_hookspecs.i18n import gettext as _

    info = get(AppInfo)
    if name not in info.folders:
        raise NotFound(_("no folder and no active plugin %(name)r", name=name[:60]))
    package = info.folders[name]
    files = {f"src/{package.name}/{path}": data for path, data in _folder(package)[0].items()}
    version = next((each.version for each in info.plugins if each.name == name), "")
    return files, version, Path.cwd() / f"dihya-{name.replace('_', '-')}"


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False


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
