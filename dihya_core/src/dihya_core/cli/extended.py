"""Groups of the core to which plugins add commands; each is imported when it is called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from dihya_core.cli import listing
from dihya_core.cli.context import UNPREPARED, CommandContext

SAME = ("audit", "docs", "egress", "events", "i18n", "keys", "models", "rgpd", "storage", "tasks")
COMMANDS = {name: (name,) for name in SAME} | {
    "backup": ("backup", "restore"),
    "db": ("database",),
    "distributions": ("build",),
    "generation_logs": ("generation-logs",),
    "migrations": ("db",),
    "plugins": ("plugins inspect", "plugins install", "plugins purge", "plugins undo", "plugins uninstall"),
    "securite": ("access", "people"),
    "services": ("generate", "structure", "change", "stats"),
    "settings": ("config explain", "config schema", "config set", "config show", "config unset"),
    "templates": ("new",),
    "tests": ("check", "marks", "prove"),
    "wsgi": ("serve",),
}
"""What our plugins call their commands, so that the name of one that is not installed says what to install."""
LONGEST = 1000
"""The sentence beside a command in a list is longer than its line, and never as long as this."""


def with_whole_sentences(command: click.Command) -> click.Command:
    """Return the command, whose own list of commands breaks sentences into lines instead of cutting them off."""
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        each.short_help = with_whole_sentences(each).get_short_help_str(LONGEST)
    return command


class Extended(click.Group):
    """The core's own commands first, then what plugins add; a plugin cannot replace a command that exists.

    A plugin adds to a group by a group of the same name among its commands.

    Attributes:
        prefix: what stands before the names of its commands: ``plugins `` and nothing for ``dihya`` itself.
    """

    @property
    def prefix(self) -> str:
        return "" if self.name == "dihya" else f"{self.name} "

    def own(self) -> Iterable[str]:
        """Return the names of the core's own commands."""
        return self.commands

    def own_command(self, name: str) -> click.Command:
        """Return one of the core's own commands."""
        return self.commands[name]

    def theirs(self, ctx: click.Context) -> dict[str, click.Command]:
        """Return what plugins add."""
        found: dict[str, click.Command] = {}
        for plugin, group in registered(ctx):
            if isinstance(group, click.Group) and group.name == self.name:
                found |= {name: owned(command, plugin) for name, command in group.commands.items()}
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.own(), *sorted(self.theirs(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = self.own_command(cmd_name) if cmd_name in self.own() else self.theirs(ctx).get(cmd_name)
        return command and with_whole_sentences(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands from what was written the last time, as long as nothing has changed since."""
        found = listing.known(ctx.ensure_object(CommandContext)) or self.described(ctx)
        mine = {name.removeprefix(self.prefix): said for name, said in found.items() if name.startswith(self.prefix)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, said in mine.items() if " " not in name])

    def described(self, ctx: click.Context) -> dict[str, str]:
        """Return the sentence of each command, by its whole name."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {
            f"{self.prefix}{name}": command.get_short_help_str(LONGEST) for name, command in commands.items() if command
        }

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say what is near."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from dihya_core.settings.configuration import suggest

            hint = _package(ctx, f"{self.prefix}{name}") or suggest(name, self.list_commands(ctx))
            raise click.UsageError(f"no such command {f'{self.prefix}{name}'!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a plugin's command inside an act; the core's own, and what asks for the ``CommandContext``, without."""
        name = (ctx._protected_args or [*ctx.args, ""])[0]
        command = None if name in self.own() or not name else self.get_command(ctx, name)
        if command is None or getattr(command.callback, "dihya_bare", False):
            return super().invoke(ctx)
        from dihya_hookspecs import DihyaError
        from dihya_hookspecs.access import OPERATOR

        from dihya_core.hooks.containment import left

        context = ctx.ensure_object(CommandContext)
        if getattr(command, "dihya_needs_setup", False) and context.unprepared():
            raise DihyaError(UNPREPARED, code="setup")
        with context.acts.open(f"{command.dihya_plugin}.{name}", actor=OPERATOR):  # type: ignore[attr-defined]
            context.runtime.models()
            begun = context.begin()
            try:
                return super().invoke(ctx)
            except click.exceptions.Exit as early:
                if early.exit_code:
                    raise
                return 0  # --help, and whoever leaves early and well: the act is kept
            except (DihyaError, click.ClickException, click.Abort, BrokenPipeError, SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                context.failing = command.dihya_plugin  # type: ignore[attr-defined]
                raise left(error) from error.__cause__
            finally:
                if begun:
                    context.runtime.stop(context.acts)


def registered(ctx: click.Context) -> Iterable[tuple[str, click.Command]]:
    """Return (plugin, command) for what plugins registered."""
    return ctx.ensure_object(CommandContext).runtime.collected("register_commands")


def owned(command: click.Command, plugin: str) -> click.Command:
    """Return the command, which knows now whose it is."""
    command.dihya_plugin = plugin  # type: ignore[attr-defined]
    return command


def _package(ctx: click.Context, name: str) -> str:
    """Say which package gives a command of ours that is not there."""
    plugin = next((plugin for plugin, names in COMMANDS.items() if name in names), "")
    loaded = ctx.ensure_object(CommandContext).runtime.plugins.get(plugin)
    if loaded is not None:
        return f"it belongs to plugin {plugin!r}, which is {loaded.state} ({loaded.reason})"
    return f"it comes with another package: pip install dihya-{plugin.replace('_', '-')}" if plugin else ""
