"""The ``dihya`` command: the core's own commands, and those of the plugins."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click
from dihya_hookspecs import DihyaError

from dihya_core.hooks.containment import left
from dihya_core.loading.loader import build
from dihya_core.runtime import Runtime, explain_error
from dihya_core.settings import configuration

if TYPE_CHECKING:
    from dihya_core.app import DihyaFlask
    from dihya_core.data.acts import RuntimeActs

UNPREPARED = "nothing is set up here yet; run 'dihya setup' first"
COMMANDS = {
    "audit": ("audit",),
    "backup": ("backup", "restore"),
    "db": ("database",),
    "docs": ("docs",),
    "egress": ("egress",),
    "generation_logs": ("generation-logs",),
    "i18n": ("i18n",),
    "migrations": ("db",),
    "models": ("models",),
    "rgpd": ("rgpd",),
    "securite": ("people",),
    "services": ("generate",),
    "storage": ("storage",),
    "tasks": ("tasks",),
    "tests": ("prove",),
    "wsgi": ("serve",),
}
"""What our plugins call their commands, so that the name of one that is not installed says what to install."""
SLOGAN = "De l'idée au code, en toute souveraineté."


@dataclass(slots=True)
class CommandContext:
    """What a command runs in; made at first use, so that ``--version`` costs nothing."""

    config: str | None = None
    overrides: Sequence[str] = ()
    safe_mode: bool = False
    debug: bool = False
    built: Runtime | None = None
    furnished: RuntimeActs | None = None
    mounted: DihyaFlask | None = None
    failing: str = ""

    @property
    def runtime(self) -> Runtime:
        """The loaded plugins."""
        if self.built is None:
            path = configuration.locate(self.config)
            self.built = build(path, overrides=self.overrides, safe_mode=self.safe_mode, early=self._resume)
        return self.built

    def _resume(self, runtime: Runtime) -> bool:
        """Finish or undo an installation that was interrupted, and say so; return True when there was one."""
        if not (runtime.data / "install.json").exists():
            return False
        from dihya_core.install.installation import resume

        said = resume(runtime, self.overrides)
        if said:
            click.echo(said, err=True)
        return bool(said)

    @property
    def acts(self) -> RuntimeActs:
        """Opens acts for commands."""
        if self.furnished is None:
            from dihya_core.access import AccessRules
            from dihya_core.data.acts import RuntimeActs

            self.furnished = RuntimeActs(self.runtime, AccessRules(self.runtime))
        return self.furnished

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


class Commands(click.Group):
    """The core's commands first, then what plugins registered; a plugin cannot replace a command that exists."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *sorted(self._theirs(ctx))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or self._theirs(ctx).get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say what is near."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            hint = self._package(ctx, name) or configuration.suggest(name, self.list_commands(ctx))
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
        command = None if name in self.commands or not name else self.get_command(ctx, name)
        if command is None:
            return super().invoke(ctx)
        from dihya_hookspecs.access import OPERATOR

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
    except DihyaError as error:
        if debug:
            raise
        click.echo(f"error: {explain_error(error)}", err=True)
        code = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception as error:
        if debug:
            raise
        click.echo(f"error: {UNPREPARED if context.unprepared() else _unexpected(error, context.failing)}", err=True)
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


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


from dihya_core.cli import commands  # noqa: E402, F401  (registers the core's commands on the group above)
