"""``dihya plugins``: which are there, how they fare, and which of them run; plugins add more to it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.app import PluginInfo

from dihya_core.cli.context import CommandContext, run
from dihya_core.cli.doctor import assemble
from dihya_core.cli.extended import Extended
from dihya_core.runtime import Runtime
from dihya_core.settings.core_settings import TRUST


@click.group(cls=Extended, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """List the installed plugins and their states; enable, disable, re-arm, install."""
    if ctx.invoked_subcommand is None:
        _list(ctx, as_json)


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the installed plugins and their states, as ``dihya plugins`` alone does."""
    _list(ctx, as_json)


def _list(ctx: click.Context, as_json: bool) -> None:
    context = ctx.ensure_object(CommandContext)
    stopped = assemble(context, started=False)
    infos = context.runtime.all()
    if as_json:
        click.echo(json.dumps([_listed(context.runtime, info) for info in infos], indent=1, default=list))
        ctx.exit(1 if stopped else 0)
    width = max([len(info.name) for info in infos], default=4)
    for info in infos:
        troubled = info.troubles or (info.judgement and info.judgement.said)
        mark = {"active": "▲" if troubled else "●", "tripped": "▲", "disabled": "○"}.get(info.state, "✘")
        judged = info.judgement.said if info.judgement else ()
        note = info.reason or "; ".join([*map(str, info.troubles), *judged]) or info.summary
        state = info.troubles[0].kind if info.troubles else _state(info)
        pending = context.runtime.outlook(info.name).pending
        note = f"{note} ({pending} from the next start on)" if pending else note
        click.echo(f"{mark} {info.name:<{width}}  {info.version:<8} {state:<12} {info.milliseconds:7.1f} ms  {note}")
    if stopped:
        raise stopped


def _state(info: PluginInfo) -> str:
    """Return the state as it is listed: of what runs, also whether it was changed, or is known to be vulnerable."""
    if info.state != "active" or info.judgement is None or not info.judgement.said:
        return info.state
    return "modified" if info.judgement.changed else info.judgement.advisories[0].kind


def _listed(runtime: Runtime, info: PluginInfo) -> dict[str, Any]:
    outlook = runtime.outlook(info.name)
    locked = outlook.locked.en if outlook.locked else ""
    said = {"pending": outlook.pending, "locked": locked, "dependents": outlook.dependents}
    return asdict(info) | said


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
