"""The ``dihya`` command: the core's own commands, and those of the plugins; each is imported when it is called."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pkgutil import resolve_name
from typing import Any

import click

from dihya_core import garbage
from dihya_core.cli import listing
from dihya_core.cli.context import UNPREPARED, CommandContext

CORE = {
    "config": "dihya_core.cli.config_commands:config",
    "doctor": "dihya_core.cli.doctor:doctor",
    "plan": "dihya_core.cli.commands:plan",
    "plugins": "dihya_core.cli.plugins:plugins",
    "setup": "dihya_core.cli.commands:setup",
}
"""The core's own commands, and where they are."""
COMMANDS = {
    "audit": ("audit",),
    "backup": ("backup", "restore"),
    "db": ("database",),
    "docs": ("docs",),
    "events": ("events",),
    "egress": ("egress",),
    "generation_logs": ("generation-logs",),
    "i18n": ("i18n",),
    "keys": ("keys",),
    "migrations": ("db",),
    "models": ("models",),
    "rgpd": ("rgpd",),
    "securite": ("access", "people"),
    "services": ("generate",),
    "storage": ("storage",),
    "tasks": ("tasks",),
    "tests": ("prove",),
    "wsgi": ("serve",),
}
"""What our plugins call their commands, so that the name of one that is not installed says what to install."""
SLOGAN = "De l'idée au code, en toute souveraineté."


LONGEST = 1000
"""The sentence beside a command in a list is longer than its line, and never as long as this."""


def with_whole_sentences(command: click.Command) -> click.Command:
    """Return the command, whose own list of commands breaks sentences into lines instead of cutting them off."""
    for each in command.commands.values() if isinstance(command, click.Group) else ():
        each.short_help = with_whole_sentences(each).get_short_help_str(LONGEST)
    return command


class Commands(click.Group):
    """The core's commands first, then what plugins registered; a plugin cannot replace a command that exists."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*CORE, *sorted(self._theirs(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command | None = (
            resolve_name(CORE[cmd_name]) if cmd_name in CORE else self._theirs(ctx).get(cmd_name)
        )
        return command and with_whole_sentences(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands from what was written the last time, as long as nothing has changed since."""
        found = listing.known(ctx.ensure_object(CommandContext)) or self._described(ctx)
        with formatter.section("Commands"):
            formatter.write_dl(list(found.items()))

    def _described(self, ctx: click.Context) -> dict[str, str]:
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        found = {name: command.get_short_help_str(LONGEST) for name, command in commands.items() if command}
        listing.remember(ctx.ensure_object(CommandContext), found)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say what is near."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from dihya_core.settings.configuration import suggest

            hint = self._package(ctx, name) or suggest(name, self.list_commands(ctx))
            raise click.UsageError(f"no such command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def _package(self, ctx: click.Context, name: str) -> str:
        """Say which package gives a command of ours that is not there."""
        plugin = next((plugin for plugin, names in COMMANDS.items() if name in names), "")
        loaded = ctx.ensure_object(CommandContext).runtime.plugins.get(plugin)
        if loaded is not None:
            return f"it belongs to plugin {plugin!r}, which is {loaded.state} ({loaded.reason})"
        return f"it comes with another package: pip install dihya-{plugin.replace('_', '-')}" if plugin else ""

    def _theirs(self, ctx: click.Context) -> dict[str, click.Command]:
        found: dict[str, click.Command] = {}
        for plugin, command in ctx.ensure_object(CommandContext).runtime.collected("register_commands"):
            command.dihya_plugin = plugin
            found[command.name or plugin] = command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Run a plugin's command inside an act, the core's own without."""
        name = (ctx._protected_args or [*ctx.args, ""])[0]
        command = None if name in CORE or not name else self.get_command(ctx, name)
        if command is None:
            return super().invoke(ctx)
        from dihya_hookspecs import DihyaError
        from dihya_hookspecs.access import OPERATOR

        from dihya_core.hooks.containment import left

        context = ctx.ensure_object(CommandContext)
        if getattr(command, "dihya_needs_setup", False) and context.unprepared():
            raise DihyaError(UNPREPARED, code="setup")
        with context.acts.open(f"{command.dihya_plugin}.{name}", actor=OPERATOR) as act:  # type: ignore[attr-defined]
            act.command = True
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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=SLOGAN)
@click.option("--config", metavar="FILE", help="Configuration file (default: DIHYA_CONFIG, then ./dihya.toml).")
@click.option("--set", "overrides", multiple=True, metavar="SECTION.KEY=VALUE", help="Override a setting for this run.")
@click.option(
    "--safe-mode", is_flag=True, envvar="DIHYA_SAFE_MODE", help="Load no plugin; list, plan and doctor still work."
)
@click.option("--debug", is_flag=True, envvar="DIHYA_DEBUG", help="Show tracebacks.")
@click.version_option(package_name="dihya-core", prog_name="dihya")
@click.pass_context
def dihya(ctx: click.Context, config: str | None, overrides: tuple[str, ...], safe_mode: bool, debug: bool) -> None:
    """Dihya: from an idea to running code, sovereignly."""
    context = ctx.ensure_object(CommandContext)
    if context.built is None:
        context.config, context.overrides, context.safe_mode = config or context.config, overrides, safe_mode
    context.debug = debug or context.debug


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors end in one message and an exit code: 1 for a failure, 2 for a wrong call."""
    import logging

    # For what is said before a plugin for logs takes over, or when there is none.
    if logging.lastResort:
        logging.lastResort.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    for stream in (sys.stdout, sys.stderr):  # a terminal that is not UTF-8 gets a question mark, not a failure
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    garbage.leave_at_exit()
    debug = "--debug" in sys.argv or bool(os.environ.get("DIHYA_DEBUG"))
    context = _early(arguments)
    try:
        code = dihya.main(args=arguments, standalone_mode=False, obj=context)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        code = 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:
        if debug:
            raise
        click.echo(f"error: {_said(error, context)}", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


def _said(error: Exception, context: CommandContext) -> str:
    from dihya_hookspecs import DihyaError

    from dihya_core.runtime import explain_error

    if isinstance(error, DihyaError):
        return explain_error(error)
    return UNPREPARED if context.unprepared() else _unexpected(error, context.failing)


def _unexpected(error: Exception, plugin: str) -> str:
    said = f"unexpected {type(error).__name__}: {error}; run again with --debug for the traceback"
    return f"plugin {plugin!r} failed: {said}" if plugin else said


def _early(arguments: Sequence[str] | None) -> CommandContext:
    """Read what decides on the plugins before Click parses the line: ``dihya --config X --help`` lists X's commands."""
    given = iter(sys.argv[1:] if arguments is None else arguments)
    context = CommandContext(safe_mode=bool(os.environ.get("DIHYA_SAFE_MODE")))
    overrides = []
    for word in given:
        if not word.startswith("-"):
            break  # the command's name: what follows is the command's own, ``generate --set`` too
        option, equals, value = word.partition("=")
        if option in ("--config", "--set"):
            value = value if equals else next(given, "")
        if option == "--config":
            context.config = value
        elif option == "--set":
            overrides.append(value)
        elif option == "--safe-mode":
            context.safe_mode = True
    context.overrides = overrides
    return context
