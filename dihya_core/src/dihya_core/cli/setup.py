"""What ``dihya setup`` does: each step says that it runs, how long, and what it did; notices come last."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.app import Notice, framed

if TYPE_CHECKING:
    from dihya_core.data.acts import RuntimeActs
    from dihya_core.runtime import Runtime

PAUSE = 10.0  # seconds between two lines that say that a step still runs


def prepare(runtime: Runtime, acts: RuntimeActs) -> None:
    """Run every plugin's step in plugin order; what the steps write is the owner's alone."""
    mask = os.umask(0o077)
    runtime.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    notices: list[str] = []
    try:
        with acts.open("core.setup", actor=OPERATOR):
            steps = runtime.collected("register_setup")
        for number, (plugin, step) in enumerate(steps, 1):
            click.echo(f"[{number}/{len(steps)}] {step.name} … ", nl=False)
            start = monotonic()
            with acts.open(f"{plugin}.setup", actor=OPERATOR), _elapsing(start):
                said = step.run()
            if isinstance(said, Notice):
                notices += said.lines
            click.echo(f"{said.said if isinstance(said, Notice) else said} ({monotonic() - start:.1f} s)")
    finally:  # a later step that fails must not swallow a password that is shown only once
        os.umask(mask)
        if notices:
            click.echo(framed(*notices))


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
