"""``dihya rgpd notice``: what people are told about the use of their data."""

from __future__ import annotations

import click

from .holding_cli import desk


@click.command()
@click.option("--language", type=click.Choice(("fr", "en")), default="fr", show_default=True, help="Of the notice.")
def notice(language: str) -> None:
    """Print the notice to people (articles 13 and 14) as Markdown. What is missing in it is said on standard error."""
    from .notice import markdown, written_in

    with desk("rgpd.notice"):
        found = written_in(language)
    click.echo(markdown(found))
    for gap in found.gaps:
        click.echo(f"missing: {gap.said}{f' (setting rgpd.{gap.setting})' if gap.setting else ''}", err=True)
