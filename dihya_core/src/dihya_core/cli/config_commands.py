"""``dihya config``: every setting, its value, and where that was said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.settings import editable_fields

from dihya_core.cli import stored
from dihya_core.cli.context import CommandContext, run
from dihya_core.cli.extended import Extended
from dihya_core.runtime import Runtime
from dihya_core.settings import configuration
from dihya_core.settings.core_settings import Core, Toggles


@click.group(cls=Extended)
def config() -> None:
    """Show, explain and check the configuration; set what people may change."""


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
@click.argument("plugin", required=False)
@run
def show(context: CommandContext, plugin: str | None) -> None:
    """Print every setting (of PLUGIN), its value and where it comes from; secrets are masked."""
    known = _sections(context.runtime)
    if plugin is not None and plugin not in known:
        raise Invalid(f"no section {plugin!r}; {configuration.suggest(plugin, known)}", code="configuration")
    changed = stored.read(context)
    for section, (model, settings) in known.items():
        if plugin in (None, section):
            counts = changed.settings.get(section, settings)
            click.echo(f"[{section}]")
            for key in model.model_fields:
                source = changed.source(section, key) or _source(context.runtime, section, key)
                click.echo(f"{key} = {_shown(model, counts, key)}  # {source}")
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
    declared, changed = model.model_fields[name], stored.read(context)
    settings = changed.settings.get(section, settings)
    default = declared.get_default(call_default_factory=True)
    click.echo(f"{section}.{name}: {declared.description or ''}")
    click.echo(f"  value    {_shown(model, settings, name)}")
    click.echo(f"  source   {changed.source(section, name) or _source(context.runtime, section, name)}")
    click.echo(f"  default  {json.dumps(_plain(default), ensure_ascii=False, default=str)}")
    click.echo(f"  type     {getattr(declared.annotation, '__name__', declared.annotation)}")
    if name in editable_fields(model):
        click.echo(f"  change   in the console, or by 'dihya config set {section}.{name} VALUE'")
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
