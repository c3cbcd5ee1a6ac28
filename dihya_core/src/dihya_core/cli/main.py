"""The ``dihya`` command: the core's own commands, and those of the plugins; each is imported when it is called."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence
from pkgutil import resolve_name

import click

from dihya_core import garbage
from dihya_core.cli import listing
from dihya_core.cli.context import UNPREPARED, CommandContext
from dihya_core.cli.extended import Extended, owned, registered

CORE = {
    "config": "dihya_core.cli.config_commands:config",
    "doctor": "dihya_core.cli.doctor:doctor",
    "plan": "dihya_core.cli.commands:plan",
    "plugins": "dihya_core.cli.plugins:plugins",
    "setup": "dihya_core.cli.commands:setup",
}
"""The core's own commands, and where they are."""
OPEN = ("config", "plugins")
"""Those of them that plugins add commands to."""
SLOGAN = "De l'idée au code, en toute souveraineté."


class Commands(Extended):
    """The ``dihya`` command itself: the core's own commands are imported when they are called."""

    def own(self) -> Iterable[str]:
        return CORE

    def own_command(self, name: str) -> click.Command:
        command: click.Command = resolve_name(CORE[name])
        return command

    def theirs(self, ctx: click.Context) -> dict[str, click.Command]:
        """Return what plugins registered, without what they add to groups of the core."""
        return {
            command.name or plugin: owned(command, plugin)
            for plugin, command in registered(ctx)
            if command.name not in OPEN
        }

    def described(self, ctx: click.Context) -> dict[str, str]:
        """Describe the commands of open groups too, and keep all that for the next time."""
        found = super().described(ctx)
        for group in map(self.own_command, OPEN):
            found |= group.described(ctx) if isinstance(group, Extended) else {}
        listing.remember(ctx.ensure_object(CommandContext), found)
        return found


def _tell_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """Print the version of the core, and the distribution of this environment where it is one."""
    if not asked or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    from dihya_core.settings.distribution_file import place

    label = ""
    try:
        label = _distribution() if place().exists() else ""
    finally:  # whoever reports one that is damaged needs the version
        click.echo(f"dihya, version {version('dihya-core')}" + (f" (distribution {label})" if label else ""))
    ctx.exit()


def _distribution() -> str:
    from dihya_core.settings.distributed import installed

    found = installed()
    return found.label if found else ""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=SLOGAN)
@click.option("--config", metavar="FILE", help="Configuration file (default: DIHYA_CONFIG, then ./dihya.toml).")
@click.option("--set", "overrides", multiple=True, metavar="SECTION.KEY=VALUE", help="Override a setting for this run.")
@click.option(
    "--safe-mode",
    is_flag=True,
    envvar="DIHYA_SAFE_MODE",
    help="Load no plugin but what repairs; list, plan and doctor still work.",
)
@click.option("--debug", is_flag=True, envvar="DIHYA_DEBUG", help="Show tracebacks.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version, and the distribution that runs.",
)
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
    garbage.seldom()
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

    from dihya_core.cli.explaining import explain_error
    from dihya_core.data.outcomes import lacks_table

    if isinstance(error, DihyaError):
        return explain_error(error)
    return UNPREPARED if lacks_table(error) and context.unprepared() else _unexpected(error, context.failing)


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
