"""What a command runs in: the configuration that was named, and what is made of it at first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from dihya_core.app import DihyaFlask
    from dihya_core.data.acts import RuntimeActs
    from dihya_core.runtime import Runtime

_P = ParamSpec("_P")
_R = TypeVar("_R")
UNPREPARED = "nothing is set up here yet; run 'dihya setup' first"


@dataclass(slots=True)
class CommandContext:
    """What a command runs in; made at first use, so that ``--version`` costs nothing.

    Attributes:
        built: the loaded plugins, once somebody asked for them.
        given: whether they were handed over, as the test kit does, and are not what the configuration says.
    """

    config: str | None = None
    overrides: Sequence[str] = ()
    safe_mode: bool = False
    debug: bool = False
    built: Runtime | None = None
    given_acts: RuntimeActs | None = None
    mounted: DihyaFlask | None = None
    failing: str = ""
    given: bool = False

    def __post_init__(self) -> None:
        self.given = self.built is not None

    @property
    def runtime(self) -> Runtime:
        """The loaded plugins."""
        if self.built is None:
            from dihya_core.loading.loader import build
            from dihya_core.settings import reading

            path = reading.locate(self.config)
            self.built = build(path, overrides=self.overrides, safe_mode=self.safe_mode, early=self._repair)
        return self.built

    def _repair(self, runtime: Runtime) -> bool:
        """Let plugins finish or undo what a process before left half done, and say so; return True where one did."""
        from dihya_core.loading.repairing import repair

        said = repair(runtime, self.overrides)
        for line in said:
            click.echo(line, err=True)
        return bool(said)

    @property
    def acts(self) -> RuntimeActs:
        """Opens acts for commands."""
        if self.given_acts is None:
            from dihya_core.access import AccessRules
            from dihya_core.data.acts import RuntimeActs

            self.given_acts = RuntimeActs(self.runtime, AccessRules(self.runtime))
        return self.given_acts

    def start(self) -> None:
        """Build and start the application as ``serve`` does, so that whatever goes wrong there goes wrong here."""
        if self.mounted is None:
            from dihya_core.app import create_app, stop

            app = self.mounted = create_app(runtime=self.runtime, acts=self.acts)
            click.get_current_context().find_root().call_on_close(lambda: stop(app))

    def begin(self) -> bool:
        """Start the application for a plugin's command, where it is not running already; return whether it was."""
        if self.runtime.phase != "loaded":
            return False
        self.runtime.start(self.acts, "command")
        return True

    def unprepared(self) -> bool:
        """Tell whether ``dihya setup`` was never run here."""
        from dihya_hookspecs.access import OPERATOR

        try:
            with self.acts.open("core.prepared", actor=OPERATOR):
                steps = self.runtime.collected("register_setup")
                return any(step.done is not None and not step.done() for _, step in steps)
        except Exception:  # what is out of reach may well have been set up
            return False


def run(function: Callable[Concatenate[CommandContext, _P], _R]) -> Callable[_P, _R]:
    """Give a command the context that it runs in; it opens the acts that it needs by itself, and starts nothing."""
    bare: Callable[_P, _R] = click.make_pass_decorator(CommandContext)(function)
    bare.dihya_bare = True  # type: ignore[attr-defined]
    return bare
