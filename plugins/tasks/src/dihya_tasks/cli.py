"""``dihya tasks``: see the queue, work on it, stop a task."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.ops import Tasks


@click.group()
def tasks() -> None:
    """See the task queue, work on it, stop a task."""


@tasks.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(limit: int, as_json: bool) -> None:
    """Print the newest tasks: id, state, steps done, name, and why it failed."""
    found = current().get(Tasks).recent(limit)
    if as_json:
        click.echo(json.dumps([asdict(task) for task in found]))
        return
    for task in found:
        click.echo(f"{task.id}  {task.created_at}  {task.state:9}  {task.steps:3}  {task.name}  {task.error}".rstrip())
    if not found:
        click.echo("no tasks", err=True)


@tasks.command()
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so many seconds, even if tasks are left.")
def work(seconds: float | None) -> None:
    """Work on the queue in this process until it is empty."""
    current().get(Tasks).work(seconds)


@tasks.command()
@click.argument("id")
def cancel(id: str) -> None:
    """Ask for the task ID to stop before its next step."""
    with current().get(Acts).open("tasks.cancel", actor=OPERATOR) as act:
        queue = act.get(Tasks)
        queue.cancel(id)
        state = queue.status(id).state
    click.echo(f"task {id} is {state}" + ("" if state != "running" else " and stops before its next step"), err=True)


COMMANDS = (tasks,)
