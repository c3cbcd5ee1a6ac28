"""The core's own commands; they work when plugins do not."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import OPERATOR

from . import configuration
from .cli import Runtime, dihya
from .core_settings import Core, Switches
from .house import House

run = click.make_pass_decorator(Runtime)


@dihya.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """List the installed plugins and their states; enable, disable, re-arm, install."""
    if ctx.invoked_subcommand:
        return
    infos = ctx.ensure_object(Runtime).house.all()
    if as_json:
        click.echo(
            json.dumps(
                [{name: getattr(info, name) for name in info.__slots__} for info in infos], indent=1, default=list
            )
        )
        return
    width = max([len(info.name) for info in infos], default=4)
    for info in infos:
        mark = {"active": "●", "tripped": "▲", "disabled": "○"}.get(info.state, "✘")
        note = info.reason or info.summary
        click.echo(
            f"{mark} {info.name:<{width}}  {info.version:<8} {info.state:<12} {info.milliseconds:7.1f} ms  {note}"
        )


@plugins.command()
@click.argument("name")
@run
def enable(runtime: Runtime, name: str) -> None:
    """Enable a plugin in dihya.toml, from the next start on."""
    runtime.house.enable(name)
    click.echo(f"{name} is enabled from the next start on")


@plugins.command()
@click.argument("name")
@run
def disable(runtime: Runtime, name: str) -> None:
    """Disable a plugin in dihya.toml, from the next start on."""
    runtime.house.disable(name)
    click.echo(f"{name} is disabled from the next start on; its data stays")


@plugins.command()
@click.argument("name")
@run
def rearm(runtime: Runtime, name: str) -> None:
    """Let a tripped plugin be called again; running servers notice within a second."""
    tripped = name in runtime.house.trips.reasons
    runtime.house.rearm(name)
    click.echo(f"{name} is re-armed" if tripped else f"{name} was not tripped")


@plugins.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@run
def install(runtime: Runtime, folder: Path) -> None:
    """Install a plugin from its folder, make its tables, and take it up in the running server. Needs no network."""
    from .installation import install as install_folder

    name, version = install_folder(folder, runtime.house)
    click.echo(f"{name} {version} is installed, and its tables are made; a running server takes it up at once")


@dihya.command()
@run
def plan(runtime: Runtime) -> None:
    """Print the order in which plugins are called, and why."""
    from .ordering import predecessors

    house = runtime.house
    waits = predecessors({name: house.residents[name].candidate for name in house.order})
    for number, name in enumerate(house.order, 1):
        state = house.residents[name].state
        after = f"  after {', '.join(sorted(waits[name]))}" if waits[name] else ""
        click.echo(f"{number:3} {name}{after}{'' if state == 'active' else f'  ({state})'}")


@dihya.group()
def config() -> None:
    """Show, explain and check the configuration."""


def _sections(house: House) -> dict[str, Any]:
    """Return section → (model, settings instance) of the core and every active plugin that has settings."""
    found: dict[str, Any] = {"dihya": (Core, house.core), "plugins": (Switches, house.switches)}
    for name in house.order:
        if (settings := house.residents[name].settings) is not None:
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


def _source(house: House, section: str, key: str) -> str:
    said = house.configuration.sections.get(section, {}).get(key)
    return said.source if said else "default"


@config.command()
@run
def show(runtime: Runtime) -> None:
    """Print every setting, its value and where it comes from; secrets are masked."""
    for section, (model, settings) in _sections(runtime.house).items():
        click.echo(f"[{section}]")
        for key in model.model_fields:
            click.echo(f"{key} = {_shown(model, settings, key)}  # {_source(runtime.house, section, key)}")
        click.echo()


@config.command()
@click.argument("key")
@run
def explain(runtime: Runtime, key: str) -> None:
    """Say what one setting (SECTION.KEY) is for, what it is, and where that was said."""
    section, _, name = key.partition(".")
    known = _sections(runtime.house)
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
    click.echo(f"  source   {_source(runtime.house, section, name)}")
    click.echo(f"  default  {json.dumps(_plain(default), ensure_ascii=False, default=str)}")
    click.echo(f"  type     {getattr(declared.annotation, '__name__', declared.annotation)}")
    click.echo(f"  variable DIHYA_{section.upper()}_{name.upper()}, or DIHYA_{section.upper()}_{name.upper()}_FILE")


@config.command()
@run
def schema(runtime: Runtime) -> None:
    """Print the JSON Schema of dihya.toml, for editors."""
    properties = {}
    definitions: dict[str, Any] = {}
    for section, (model, _) in _sections(runtime.house).items():
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
def check(runtime: Runtime) -> None:
    """Check the configuration; every mistake is in one report."""
    house = runtime.house
    click.echo(f"the configuration is right: {house.configuration.path or 'no file, defaults only'}")


@dihya.command()
@run
def setup(runtime: Runtime) -> None:
    """Do what has to be done once before serving: database, model, first administrator. Running it again is harmless."""
    house, acts = runtime.house, runtime.acts
    house.data.mkdir(parents=True, exist_ok=True)
    with acts.open("core.setup", actor=OPERATOR):
        steps = house.collected("register_setup")
    for number, (plugin, step) in enumerate(steps, 1):
        click.echo(f"[{number}/{len(steps)}] {step.name} … ", nl=False)
        start = time.monotonic()
        with acts.open(f"{plugin}.setup", actor=OPERATOR):
            said = step.run()
        click.echo(f"{said} ({time.monotonic() - start:.1f} s)")


@dihya.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@run
def doctor(runtime: Runtime, as_json: bool) -> None:
    """Look for what is wrong: environment, configuration, plugins, health checks. Exit code 1 when something is."""
    findings = [*_environment(runtime), *_health(runtime)]
    if as_json:
        click.echo(json.dumps([{"check": name, "ok": ok, "detail": detail} for name, ok, detail in findings], indent=1))
    else:
        for name, ok, detail in findings:
            click.echo(f"{'✔' if ok else '✘'} {name}: {detail}")
    if not all(ok for _, ok, _ in findings):
        raise SystemExit(1)


def _environment(runtime: Runtime) -> list[tuple[str, bool, str]]:
    house = runtime.house
    free = shutil.disk_usage(house.data if house.data.exists() else house.configuration.folder).free // 2**20
    found = [
        ("python", sys.version_info >= (3, 11), sys.version.split()[0]),
        ("disk", free > 200, f"{free} MB free"),
        ("configuration", not house.configuration.faults, str(house.configuration.path or "defaults only")),
    ]
    found += [(f"setting {fault.key}", False, str(fault)) for fault in house.configuration.faults]
    for info in house.all():
        if info.state not in ("active", "disabled"):
            found.append((f"plugin {info.name}", False, f"{info.state}: {info.reason}"))
        elif (
            info.state == "active"
            and find_spec(info.package) is None
            and house.residents[info.name].candidate.module is None
        ):
            found.append(
                (f"plugin {info.name}", False, f"installed, but {info.package} cannot be found; install it again")
            )
    return found


def _health(runtime: Runtime) -> list[tuple[str, bool, str]]:
    found = []
    with runtime.acts.open("core.doctor", actor=OPERATOR):
        checks = runtime.house.collected("register_health_checks")
    for plugin, item in checks:
        try:
            with runtime.acts.open(f"{plugin}.health", actor=OPERATOR):
                found.append((f"{plugin}: {item.name}", True, item.probe()))
        except DihyaError as error:
            found.append((f"{plugin}: {item.name}", False, error.message))
        except Exception as error:
            found.append((f"{plugin}: {item.name}", False, f"{type(error).__name__}: {error}"))
    return found
