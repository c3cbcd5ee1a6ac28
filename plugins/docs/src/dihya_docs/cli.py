"""``dihya docs``: generated pages, and the snapshot of the contract."""

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


@docs.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("docs/hooks.json"), help="The snapshot."
)
@click.option("--write", is_flag=True, help="Write the snapshot anew, for a release.")
@click.option("--unpublished", is_flag=True, help="Also where it breaks authors: nobody has this contract yet.")
def contract(out: Path, write: bool, unpublished: bool) -> None:
    """Compare the contract with the snapshot of what was released; fail where a change breaks authors without a major version.

    What is only added passes. What shall go is marked as deprecated first, with a day and what to write instead.
    """
    import json

    from dihya_hookspecs import DihyaError, NotFound

    from . import breaking
    from . import contract as contracts

    now = contracts.surface()
    try:
        flaws = breaking.broken(json.loads(out.read_text("utf-8")), now)
    except FileNotFoundError:
        if not write:
            raise NotFound(f"no snapshot at {str(out)!r}; --write makes one", code="no-snapshot") from None
        flaws = []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DihyaError(f"{str(out)!r} is no snapshot of the contract; restore it", code="no-snapshot") from error
    if flaws and not (write and unpublished):
        raise DihyaError(
            "\n".join(
                [
                    "this breaks authors; raise the major version of dihya-hookspecs, or bring it back and mark it as deprecated:"
                ]
                + [f"  {flaw}" for flaw in flaws]
            ),
            code="breaking",
        )
    if write:
        out.parent.mkdir(parents=True, exist_ok=True)
        _write(out, contracts.text(now))
    names = sum(len(module) for module in now["names"].values())
    click.echo(
        f"{len(now['hooks'])} hooks and {names} names stand" + (f"; {out} is written" if write else ""), err=True
    )


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
