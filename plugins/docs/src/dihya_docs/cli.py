"""``dihya docs``."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def docs() -> None:
    """Write the documentation that follows from the code."""


@docs.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), help="Folder to write to."
)
@click.option("--check", is_flag=True, help="Write nothing; fail when a file differs from what would be written.")
def reference(out: Path, check: bool) -> None:
    """Write hooks.md and reference.md: every hook, setting, permission, table, command and route."""
    from dihya_hookspecs import DihyaError

    from . import pages

    written = pages.pages()
    stale = [name for name, text in written.items() if not _holds(out / name, text)]
    if check and stale:
        listed = ", ".join(str(out / name) for name in stale)
        raise DihyaError(f"out of date: {listed}; run 'dihya docs reference --out {out}'", code="stale")
    if not check:
        for name in stale:
            _write(out / name, written[name])
    for name in written:
        click.echo(f"{out / name}: {'written' if name in stale else 'up to date'}", err=True)


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _write(path: Path, text: str) -> None:
    import os

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, "utf-8")
    os.replace(draft, path)


COMMANDS = (docs,)
