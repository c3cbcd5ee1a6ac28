"""What ``dihya setup`` does: each step says that it runs, how long, and what it did; notices come last."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.app import Notice, Question, SetupStep, framed

from dihya_core.cli.context import CommandContext

if TYPE_CHECKING:
    from dihya_core.data.acts import RuntimeActs
    from dihya_core.runtime import Runtime

PAUSE = 10.0  # seconds between two lines that say that a step still runs


class Setup(click.Command):
    """The command, with an option for each question of a plugin's step."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options; the plugins are loaded for them."""
        context = ctx.ensure_object(CommandContext)
        asked = [step.question for _, step in _steps(context.runtime, context.acts) if step.question]
        options = [click.Option([f"--{one.name}"], metavar="TEXT", help=f"{one.text}.") for one in asked]
        return [*options, *super().get_params(ctx)]


def prepare(runtime: Runtime, acts: RuntimeActs, given: Mapping[str, str | None] = MappingProxyType({})) -> None:
    """Run every plugin's step in plugin order; what the steps write is the owner's alone.

    Args:
        given: what the options say, by the name of the question. Raises Invalid, before any step, for what is no answer.
    """
    mask = os.umask(0o077)
    runtime.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    notices: list[str] = []
    try:
        steps = _steps(runtime, acts)
        answers = {step.name: _answers(acts, step.question, given) for _, step in steps}
        for number, (plugin, step) in enumerate(steps, 1):
            click.echo(f"[{number}/{len(steps)}] {step.name} … ", nl=False)
            start = monotonic()
            with acts.open(f"{plugin}.setup", actor=OPERATOR), _elapsing(start):
                said = step.run(*answers[step.name])
            if isinstance(said, Notice):
                notices += said.lines
            click.echo(f"{said.said if isinstance(said, Notice) else said} ({monotonic() - start:.1f} s)")
    finally:  # a later step that fails must not swallow a password that is shown only once
        os.umask(mask)
        if notices:
            click.echo(framed(*notices))


def _steps(runtime: Runtime, acts: RuntimeActs) -> Sequence[tuple[str, SetupStep]]:
    with acts.open("core.setup", actor=OPERATOR):
        return runtime.collected("register_setup")


def _answers(acts: RuntimeActs, question: Question | None, given: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the answer to a question, if there is one: from the option, or from whoever sits at the terminal."""
    if question is None:
        return ()

    def checked(said: str) -> str:
        with acts.open("core.setup", actor=OPERATOR):
            return question.check(said)

    def typed(said: str) -> str:
        try:
            return checked(said)
        except Invalid as error:
            raise click.UsageError(error.message) from error

    if (said := given.get(question.name.replace("-", "_"))) is not None:
        return (checked(said),)
    if not _at_a_terminal():
        return ()
    with acts.open("core.setup", actor=OPERATOR):
        pending = question.pending()
    return (click.prompt(str(question.text), value_proc=typed),) if pending else ()


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def _elapsing(start: float) -> Iterator[None]:
    """Show meanwhile how long a step has taken: on a terminal in place each second, elsewhere a line after each ten."""
    over, terminal = threading.Event(), sys.stdout.isatty()

    def show() -> None:
        while not over.wait(1 if terminal else PAUSE):
            seconds = f"{monotonic() - start:.0f} s"
            click.echo(f"\x1b7{seconds}\x1b8" if terminal else f"\n      {seconds} … ", nl=False)

    ticker = threading.Thread(target=show, daemon=True, name="dihya-setup-clock")
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()
