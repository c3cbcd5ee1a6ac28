"""``dihya events``: what happened, who got it, what failed."""

from __future__ import annotations

import json

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.events import Outbox


@click.group()
def events() -> None:
    """See what happened and who got it, deliver, replay what failed."""


@events.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(limit: int, as_json: bool) -> None:
    """Print the newest events: id, time, name, payload, and who got them."""
    from .service import EventOutbox

    with current().get(Acts).open("events.list", actor=OPERATOR) as act:
        found = act.get(EventOutbox).recent(limit)
    if as_json:
        click.echo(json.dumps([_told(one) for one in found]))
        return
    for one in found:
        click.echo(f"{one.id}  {one.at:%Y-%m-%dT%H:%M:%SZ}  {one.name}  {json.dumps(dict(one.payload))}")
        for receipt in one.receipts:
            click.echo(f"    {receipt.subscriber}: {receipt.state}  {receipt.error}".rstrip())
    if not found:
        click.echo("no events", err=True)


@events.command()
def subscribers() -> None:
    """Print who listens to what, and who is away or left alone."""
    from .service import EventOutbox

    with current().get(Acts).open("events.subscribers", actor=OPERATOR) as act:
        outbox = act.get(EventOutbox)
        for one in outbox.subscribers():
            state = "away" if one.gone_at else "left alone" if one.paused_until else "listens"
            click.echo(f"{one.name}  {one.event}  {state}")


@events.command()
def dead() -> None:
    """Print the deliveries that failed for good."""
    from .service import EventOutbox

    with current().get(Acts).open("events.dead", actor=OPERATOR) as act:
        found = act.get(EventOutbox).dead()
    for event, receipt in found:
        click.echo(f"{event}  {receipt.subscriber}  {receipt.error}")
    if not found:
        click.echo("no dead letters", err=True)


@events.command()
@click.argument("event")
@click.argument("subscriber")
def replay(event: str, subscriber: str) -> None:
    """Deliver EVENT to SUBSCRIBER again, after that failed for good."""
    from .service import EventOutbox

    with current().get(Acts).open("events.replay", actor=OPERATOR) as act:
        act.get(EventOutbox).replay(event, subscriber)
    click.echo("it is delivered again", err=True)


@events.command()
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so many seconds, even if something is left.")
def deliver(seconds: float | None) -> None:
    """Deliver in this process what is due; a server does this by itself."""
    current().get(Outbox).deliver(seconds)


def _told(one: object) -> dict[str, object]:
    from dataclasses import asdict

    told = asdict(one)  # type: ignore[call-overload]
    return {**told, "at": told["at"].isoformat(), "payload": dict(told["payload"])}


COMMANDS = (events,)
