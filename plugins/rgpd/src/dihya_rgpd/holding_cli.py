"""``dihya rgpd hold|release|holds|restrict|lift``: what is placed on people, and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


@contextmanager
def desk(name: str) -> Iterator[Any]:
    """Open an act of the operator, and give the desk in it; what an old copy of the database brought back is erased before."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.acts import Acts, get
    from dihya_hookspecs.rgpd import People

    from .replaying import replay

    replay()
    with get(Acts).open(name, actor=OPERATOR) as act:
        yield act.get(People)


@click.command()
@click.argument("subject")
@click.option("--reason", required=True, help="Which claim or proceeding needs the data.")
def hold(subject: str, reason: str) -> None:
    """Keep everything about SUBJECT (an identifier, or table:key) where it is, whatever its age and whoever asks."""
    with desk("rgpd.hold") as people:
        number = people.hold(people.known(subject), reason)
    click.echo(f"held: {number} records of this person; 'dihya rgpd release' ends it")


@click.command()
@click.argument("subject")
def release(subject: str) -> None:
    """End the legal hold on SUBJECT (an identifier, or table:key)."""
    with desk("rgpd.release") as people:
        number = people.release(people.known(subject))
    click.echo(f"released: {number}")


@click.command()
def holds() -> None:
    """List the legal holds."""
    with desk("rgpd.holds") as people:
        for one in people.holds.all():
            click.echo(f"{one.subject_table}:{one.subject_key} since {one.placed_at:%Y-%m-%d}: {one.reason}")


@click.command()
@click.argument("subject")
@click.option("--reason", required=True, help="What is disputed, or which claim needs the data.")
def restrict(subject: str, reason: str) -> None:
    """Keep everything about SUBJECT (an identifier, or table:key), and show it to nobody but whoever may restrict."""
    with desk("rgpd.restrict") as people:
        number = people.restrict(people.known(subject), reason)
    click.echo(f"restricted: {number} records of this person; 'dihya rgpd lift' ends it")


@click.command()
@click.argument("subject")
def lift(subject: str) -> None:
    """Lift the restriction on SUBJECT; the person must have been told before (RGPD article 18(3))."""
    with desk("rgpd.lift") as people:
        number = people.lift(people.known(subject))
    click.echo(f"lifted: {number}")


HOLDING = (hold, release, holds, restrict, lift)
