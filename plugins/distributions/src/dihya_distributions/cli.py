"""``dihya build``: a distribution from its manifest."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--plan", is_flag=True, help="Print what would go in, and why; build nothing.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("dist"), show_default=True,
    help="Folder that the archive is put into.",
)  # fmt: skip
def build(manifest: Path, plan: bool, out: Path) -> None:
    """Build a distribution: one archive of plugins, settings and brand that installs offline.

    MANIFEST is a distribution.toml. The archive is built only once it has installed itself without an index, started and
    answered.
    """
    from . import build as building
    from . import plan as planning
    from .manifest import Manifest

    wanted = Manifest.read(manifest)
    if plan:
        for line in planning.lines(wanted, building.plan(wanted)):
            click.echo(line)
        return
    built = building.build(wanted, out, lambda text: click.echo(f"{text} …", err=True))
    for line in built.seen:
        click.echo(line, err=True)
    click.echo(f"{built.sha256}  {built.archive}")


COMMANDS = (build,)
