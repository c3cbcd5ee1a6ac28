"""``dihya stats``: the record of this installation."""

from __future__ import annotations

import click
from dihya_hookspecs.i18n import gettext as _


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def stats(as_json: bool) -> None:
    """Print what became of the ideas of this installation: how many, proven or not, and how long it took."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, get

    from . import views
    from .service import Generations
    from .stats import record

    with get(Acts).open("services.stats", actor=OPERATOR) as act:
        found = record(act.get(Generations).session)
    if as_json:
        click.echo(found.model_dump_json())
        return
    if not found.ideas:
        click.echo(_("No idea has been proposed here yet."))
        return
    for name, count in views.counted(found):
        click.echo(f"{count:>6}  {name}")
    for name, took in views.spreads(found):
        said = took.model_dump()
        click.echo(_("%(name)s: %(count)s, median %(median)s s, 95 in 100 within %(p95)s s", name=name, **said))
