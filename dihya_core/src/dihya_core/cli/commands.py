"""The core's own commands; they work when plugins do not."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, NamedTuple

import click
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.app import PluginInfo
from dihya_hookspecs.ops import Health

from dihya_core.cli.main import UNPREPARED, CommandContext, dihya
from dihya_core.hooks.containment import described
from dihya_core.runtime import Runtime
from dihya_core.settings import configuration
from dihya_core.settings.core_settings import TRUST, Core, Toggles

run = click.make_pass_decorator(CommandContext)


@dihya.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """List the installed plugins and their states; enable, disable, re-arm, install."""
    if ctx.invoked_subcommand:
        return
    context = ctx.ensure_object(CommandContext)
    stopped = _assemble(context, started=False)
    infos = context.runtime.all()
    if as_json:
        click.echo(json.dumps([_listed(context.runtime, info) for info in infos], indent=1, default=_json))
        ctx.exit(1 if stopped else 0)
    width = max([len(info.name) for info in infos], default=4)
    for info in infos:
        mark = {"active": "▲" if info.troubles else "●", "tripped": "▲", "disabled": "○"}.get(info.state, "✘")
        note = info.reason or "; ".join(map(str, info.troubles)) or info.summary
        state = info.troubles[0].kind if info.troubles else info.state
        pending = context.runtime.outlook(info.name).pending
        note = f"{note} ({pending} from the next start on)" if pending else note
        click.echo(f"{mark} {info.name:<{width}}  {info.version:<8} {state:<12} {info.milliseconds:7.1f} ms  {note}")
    if stopped:
        raise stopped


def _assemble(context: CommandContext, *, started: bool) -> DihyaError | None:
    """Build the application as ``serve`` does, so that what fails there is known; return what would stop it.

    Args:
        started: also do what is done right before serving.
    """
    from dihya_core.app import mounted

    if context.safe_mode:
        return None
    try:
        if started:
            context.start()
        elif context.mounted is None:
            mounted(context.runtime, context.acts)
        context.runtime.collected("register_commands")
    except DihyaError as error:
        return error
    except Exception as error:  # of a hook whose failure keeps the application from starting
        return DihyaError(f"the application cannot start: {described(error)}", code="start")
    return None


def _listed(runtime: Runtime, info: PluginInfo) -> dict[str, Any]:
    outlook = runtime.outlook(info.name)
    locked = outlook.locked.en if outlook.locked else ""
    said = {"pending": outlook.pending, "locked": locked, "dependents": outlook.dependents}
    return {name: getattr(info, name) for name in info.__slots__} | said


def _json(value: Any) -> Any:
    return {name: getattr(value, name) for name in value.__slots__} if hasattr(value, "__slots__") else list(value)


@plugins.command()
@click.argument("name")
@run
def enable(context: CommandContext, name: str) -> None:
    """Enable a plugin in dihya.toml, from the next start on."""
    context.runtime.enable(name)
    click.echo(f"{name} is enabled from the next start on")


@plugins.command()
@click.argument("name")
@click.option(
    "--accept-loss", is_flag=True, help="Also where the promises of SECURITY.md stand on it; written to dihya.toml."
)
@run
def disable(context: CommandContext, name: str, accept_loss: bool) -> None:
    """Disable a plugin in dihya.toml, from the next start on."""
    runtime = context.runtime
    touched = runtime.outlook(name).dependents if name in runtime.plugins else ()
    try:
        runtime.disable(name, accept_loss=accept_loss)
    except Invalid as error:
        if name not in TRUST or name in runtime.switches.required:
            raise
        raise Invalid(f"{error.message}; add --accept-loss if you want that all the same", code=error.code) from error
    lost = f"; from then on {TRUST[name].en}" if name in TRUST else ""
    click.echo(f"{name} is disabled from the next start on{lost}; its data stays")
    if touched:
        click.echo(f"these require it or use its services: {', '.join(touched)}")


@plugins.command()
@click.argument("name")
@run
def rearm(context: CommandContext, name: str) -> None:
    """Let a tripped plugin be called again; running servers notice within a second."""
    tripped = name in context.runtime.breaker.reasons
    context.runtime.rearm(name)
    click.echo(f"{name} is re-armed" if tripped else f"{name} was not tripped")


@dihya.command()
@run
def plan(context: CommandContext) -> None:
    """Print the order in which plugins are called, and why."""
    from dihya_core.loading.ordering import predecessors

    runtime = context.runtime
    waits = predecessors({name: runtime.plugins[name].candidate for name in runtime.order})
    for number, name in enumerate(runtime.order, 1):
        state = runtime.plugins[name].state
        after = f"  after {', '.join(sorted(waits[name]))}" if waits[name] else ""
        click.echo(f"{number:3} {name}{after}{'' if state == 'active' else f'  ({state})'}")


@dihya.group()
def config() -> None:
    """Show, explain and check the configuration."""


def _sections(runtime: Runtime) -> dict[str, Any]:
    """Return section → (model, settings instance) of the core and every active plugin that has settings."""
    found: dict[str, Any] = {"dihya": (Core, runtime.core), "plugins": (Toggles, runtime.switches)}
    for name in runtime.order:
        if (settings := runtime.plugins[name].settings) is not None:
            found[name] = (type(settings), settings)
    return found


def _shown(model: Any, settings: Any, key: str) -> str:
    value = getattr(settings, key)
    if configuration.is_secret(model, key):
        return configuration.MASK if value else "(not set)"
    return json.dumps(_plain(value), ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    """Return a value as JSON can say it; secrets inside of it stay masked."""
    if hasattr(value, "get_secret_value"):
        return configuration.MASK if value.get_secret_value() else ""
    if hasattr(value, "model_fields_set"):
        return {key: _plain(getattr(value, key)) for key in type(value).model_fields}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple, set)) else value


def _source(runtime: Runtime, section: str, key: str) -> str:
    said = runtime.configuration.sections.get(section, {}).get(key)
    return said.source if said else "default"


@config.command()
@run
def show(context: CommandContext) -> None:
    """Print every setting, its value and where it comes from; secrets are masked."""
    for section, (model, settings) in _sections(context.runtime).items():
        click.echo(f"[{section}]")
        for key in model.model_fields:
            click.echo(f"{key} = {_shown(model, settings, key)}  # {_source(context.runtime, section, key)}")
        click.echo()


@config.command()
@click.argument("key")
@run
def explain(context: CommandContext, key: str) -> None:
    """Say what one setting (SECTION.KEY) is for, what it is, and where that was said."""
    section, _, name = key.partition(".")
    known = _sections(context.runtime)
    if section not in known:
        raise Invalid(f"no section {section!r}; {configuration.suggest(section, known)}", code="configuration")
    model, settings = known[section]
    if name not in model.model_fields:
        raise Invalid(
            f"no setting {name!r} in [{section}]; {configuration.suggest(name, model.model_fields)}",
            code="configuration",
        )
    declared = model.model_fields[name]
    default = declared.get_default(call_default_factory=True)
    click.echo(f"{section}.{name}: {declared.description or ''}")
    click.echo(f"  value    {_shown(model, settings, name)}")
    click.echo(f"  source   {_source(context.runtime, section, name)}")
    click.echo(f"  default  {json.dumps(_plain(default), ensure_ascii=False, default=str)}")
    click.echo(f"  type     {getattr(declared.annotation, '__name__', declared.annotation)}")
    click.echo(f"  variable DIHYA_{section.upper()}_{name.upper()}, or DIHYA_{section.upper()}_{name.upper()}_FILE")


@config.command()
@run
def schema(context: CommandContext) -> None:
    """Print the JSON Schema of dihya.toml, for editors."""
    properties = {}
    definitions: dict[str, Any] = {}
    for section, (model, _) in _sections(context.runtime).items():
        described = model.model_json_schema()
        definitions |= described.pop("$defs", {})
        properties[section] = described
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dihya.toml",
        "type": "object",
        "properties": properties,
    }
    click.echo(
        json.dumps(
            {**document, **({"$defs": definitions} if definitions else {}), "additionalProperties": False},
            indent=1,
            ensure_ascii=False,
        )
    )


@config.command()
@run
def check(context: CommandContext) -> None:
    """Check the configuration; every mistake is in one report."""
    runtime = context.runtime
    found = runtime.configuration
    for warning in found.warnings:
        click.echo(f"warning: {warning}")
    if found.wrong:
        found.faults, found.wrong = [fault for wrong in found.wrong.values() for fault in wrong], {}
        configuration.raise_faults(found)
    if only := runtime.switches.enable:
        others = sorted(runtime.plugins.keys() - set(only))
        click.echo(f"[plugins] enable: only {', '.join(only)} may run; switched off by it: {', '.join(others)}")
    click.echo(f"the configuration is right: {found.path or 'no file, defaults only'}")


@dihya.command()
@run
def setup(context: CommandContext) -> None:
    """Do what has to be done once before serving: database, model, first administrator. Running it again is harmless."""
    from dihya_core.cli.setup import prepare

    prepare(context.runtime, context.acts)
    context.runtime.remember()


class Finding(NamedTuple):
    """What the doctor found: ``critical`` when it makes the exit code 1."""

    check: str
    ok: bool
    detail: str
    critical: bool = True


@dihya.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@run
def doctor(context: CommandContext, as_json: bool) -> None:
    """Look for what is wrong: environment, configuration, plugins, health checks. Exit code 1 for what is critical.

    The application is built as ``serve`` builds it, so that what would be left out there is said here.
    """
    stopped = _assemble(context, started=True)
    findings = [*_environment(context), *_plugins(context)]
    if stopped is not None:
        findings.append(Finding("start", False, stopped.message))
    elif not context.safe_mode:
        findings += [Finding("setup", False, UNPREPARED)] if context.unprepared() else _health(context)
    if as_json:
        click.echo(json.dumps([finding._asdict() for finding in findings], indent=1))
    else:
        for finding in findings:
            mark = "✔" if finding.ok else "✘" if finding.critical else "▲"
            click.echo(f"{mark} {finding.check}: {finding.detail}")
    if any(finding.critical and not finding.ok for finding in findings):
        raise SystemExit(1)


def _environment(context: CommandContext) -> list[Finding]:
    runtime = context.runtime
    found = runtime.configuration
    free = shutil.disk_usage(runtime.data if runtime.data.exists() else found.folder).free // 2**20
    return [
        Finding("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        Finding("disk", free > 200, f"{free} MB free"),
        Finding("configuration", not found.faults, str(found.path or "defaults only")),
        *(Finding(f"setting {fault.key}", False, str(fault)) for fault in found.faults),
        *(Finding("configuration", False, warning, critical=False) for warning in found.warnings),
    ]


def _plugins(context: CommandContext) -> list[Finding]:
    runtime, found = context.runtime, []
    for info in runtime.all():
        name = f"plugin {info.name}"
        if info.state not in ("active", "disabled"):
            found.append(Finding(name, False, f"{info.state}: {info.reason}"))
        for trouble in info.troubles:
            found.append(Finding(name, False, str(trouble), trouble.kind == "failing"))
        if (
            info.state == "active"
            and find_spec(info.package) is None
            and not runtime.plugins[info.name].candidate.module
        ):
            found.append(Finding(name, False, f"installed, but {info.package} cannot be found; install it again"))
    return found + [Finding(f"plugin {name}", False, said, critical=False) for name, said in runtime.misspelt()]


def _health(context: CommandContext) -> list[Finding]:
    with context.acts.open("core.doctor", actor=OPERATOR) as act:
        results = act.get(Health).ask()
    return [
        Finding(
            f"{item.plugin}: {item.name}",
            item.state == "ok",
            f"fails for the same cause as {item.same_as}" if item.same_as else item.said,
            item.critical,
        )
        for item in results
    ]


from dihya_core.cli import plugin_commands  # noqa: E402, F401  (registers more on the group above)
