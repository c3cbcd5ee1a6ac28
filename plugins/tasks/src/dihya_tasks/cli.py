"""``dihya tasks``: see the queue, work on it, stop a task, replay or drop what failed for good."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.ops import Tasks, TaskStatus


@click.group()
def tasks() -> None:
    """See the task queue, work on it, stop a task, replay or drop what failed for good."""


@tasks.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(limit: int, as_json: bool) -> None:
    """Print the newest tasks: id, state, steps done, name, how far it is, and why it failed."""
    found = current().get(Tasks).recent(limit)
    if as_json:
        click.echo(json.dumps([asdict(task) for task in found]))
        return
    for task in found:
        click.echo(_line(task))
    if not found:
        click.echo("no tasks", err=True)


@tasks.command()
@click.option("--seconds", type=click.FloatRange(min=0), help="Stop after so many seconds, even if tasks are left.")
def work(seconds: float | None) -> None:
    """Work on the queue in this process until nothing is due."""
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


@tasks.command()
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def dead(limit: int, as_json: bool) -> None:
    """Print the dead letters: tasks that failed for good and wait to be replayed or dropped."""
    found = current().get(Tasks).dead(limit)
    if as_json:
        click.echo(json.dumps([asdict(task) for task in found]))
        return
    for task in found:
        click.echo("\n".join([_line(task), *(f"    {line}" for line in task.history)]))
    if not found:
        click.echo("no dead letters", err=True)


@tasks.command()
@click.argument("id", required=False)
@click.option("--all", "everything", is_flag=True, help="Replay all dead letters.")
def replay(id: str | None, everything: bool) -> None:
    """Begin the dead letter ID again; steps that were done stay done."""
    if (id is None) != everything:
        raise click.UsageError("say either an ID or --all")
    with current().get(Acts).open("tasks.replay", actor=OPERATOR) as act:
        queue = act.get(Tasks)
        ids = [id] if id else [task.id for task in queue.dead(1000)]
        for one in ids:
            queue.replay(one)
    click.echo(f"replayed: {len(ids)}", err=True)


@tasks.command()
@click.argument("id")
@click.option("--reason", required=True, help="Why nobody needs it any more; without personal data.")
def drop(id: str, reason: str) -> None:
    """Give the dead letter ID up; its payload goes, the reason stays in the list."""
    with current().get(Acts).open("tasks.drop", actor=OPERATOR) as act:
        act.get(Tasks).drop(id, reason)
    click.echo(f"task {id} is dropped", err=True)


def _line(task: TaskStatus) -> str:
    far = f"  {task.done}/{task.of}" if task.of else ""
    due = f"  due {task.due}" if task.due and task.failures else ""
    why = "  " + (task.reason or task.error) if task.reason or task.error else ""
    return f"{task.id}  {task.created_at}  {task.state:9}  {task.steps:3}  {task.name}{far}{due}{why}"


COMMANDS = (tasks,)
