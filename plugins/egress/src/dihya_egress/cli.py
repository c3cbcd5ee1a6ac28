"""``dihya egress``: which hosts the application may call."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from dihya_hookspecs.acts import get
from dihya_hookspecs.net import Outgoing


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list on standard output.")
def egress(as_json: bool) -> None:
    """List the hosts that plugins may call, what for, and where they are."""
    declared = sorted(get(Outgoing).declared(), key=lambda pair: (pair[0], pair[1].host))
    if as_json:
        lines = [
            {"plugin": plugin, **asdict(item), "purpose": {"en": item.purpose.en, "fr": item.purpose.fr}}
            for plugin, item in declared
        ]
        click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
        return
    for plugin, item in declared:
        data = f"; data: {', '.join(item.data)}" if item.data else ""
        click.echo(f"{item.host}  ({plugin}, {item.country}): {item.purpose}{data}")
    if not declared:
        click.echo("no plugin calls another host")


COMMANDS = (egress,)
