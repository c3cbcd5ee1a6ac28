"""Every setting as people at a terminal read it: its value, and where that was said."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.settings import (
    Configured,
    Kept,
    Section,
    SettingLayers,
    SettingsStore,
    editable_fields,
    is_secret,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

MASK = "••••••"


@dataclass(frozen=True, slots=True)
class Shown:
    """The settings of one section, and what people stored of them.

    Attributes:
        counts: the settings as they count now.
        section: what can be changed of them; None where nothing can.
    """

    name: str
    configured: Configured
    counts: BaseModel
    section: Section | None = None
    kept: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def model(self) -> type[BaseModel]:
        """What declares the settings."""
        return type(self.configured.settings)

    def lines(self) -> Iterator[str]:
        """Yield one line a setting, as ``dihya.toml`` has them, with the source behind it."""
        for key in self.model.model_fields:
            yield f"{key} = {self.value(key)}  # {self.source(key)}"

    def value(self, key: str) -> str:
        """Return the value of a setting; a secret is masked."""
        value = getattr(self.counts, key)
        if is_secret(self.model, key):
            return MASK if value else "(not set)"
        return json.dumps(_plain(value), ensure_ascii=False, default=str)

    def source(self, key: str) -> str:
        """Say who stored a value and when, where the operator said it, or that it is the default."""
        said, kept = self.configured.said.get(key), self.kept.get(f"{self.name}.{key}")
        if said is not None and (key not in self.configured.free or kept is None or not kept.kept):
            return Path(said.where).name if said.kind == "file" else said.where
        if kept is None or not kept.kept:
            return "default"
        who = f" by {kept.name or kept.by}" if kept.name or kept.by else ""
        return f"stored{who}, {kept.at:%Y-%m-%d %H:%M} UTC{self._note(key)}"

    def _note(self, key: str) -> str:
        if self.section is not None and key in self.section.misfits:
            return f"; left out: {self.section.misfits[key]}"
        return "; from the next start on" if self.section is not None and key in self.section.waiting else ""

    def explained(self, key: str) -> Iterator[str]:
        """Yield what there is to say of one setting. Raises Invalid where there is none of that name."""
        fields = self.model.model_fields
        if key not in fields:
            raise Invalid(f"no setting {key!r} in [{self.name}]; {_suggested(key, fields)}", code="configuration")
        declared = fields[key]
        default = declared.get_default(call_default_factory=True)
        yield f"{self.name}.{key}: {declared.description or ''}"
        yield f"  value    {self.value(key)}"
        yield f"  source   {self.source(key)}"
        yield f"  default  {json.dumps(_plain(default), ensure_ascii=False, default=str)}"
        yield f"  type     {getattr(declared.annotation, '__name__', declared.annotation)}"
        if key in editable_fields(self.model):
            yield f"  change   in the console, or by 'dihya config set {self.name}.{key} VALUE'"
        variable = f"DIHYA_{self.name.upper()}_{key.upper()}"
        yield f"  variable {variable}, or {variable}_FILE"


def shown(only: str | None = None) -> list[Shown]:
    """Return the sections of the core and of every active plugin that has settings, or one of them. Raises Invalid."""
    known = _configured()
    if only is not None and only not in known:
        raise Invalid(f"no section {only!r}; {_suggested(only, known)}", code="configuration")
    layers, kept = get(SettingLayers), _kept()
    sections = layers.sections()
    return [
        Shown(name, one, layers.current(name) if name in sections else one.settings, sections.get(name), kept)
        for name, one in known.items()
        if only in (None, name)
    ]


def schema() -> dict[str, Any]:
    """Return the JSON Schema of ``dihya.toml``, for editors."""
    properties, definitions = {}, {}
    for name, one in _configured().items():
        described = type(one.settings).model_json_schema()
        definitions |= described.pop("$defs", {})
        properties[name] = described
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dihya.toml",
        "type": "object",
        "properties": properties,
    }
    return {**document, **({"$defs": definitions} if definitions else {}), "additionalProperties": False}


def _kept() -> Mapping[str, Kept]:
    """Return what is stored; nothing, with a warning, where it cannot be read, as before ``dihya setup``."""
    try:
        return get(SettingsStore).kept()
    except Exception as error:
        current().undo()
        click.echo(f"warning: stored settings cannot be read: {type(error).__name__}", err=True)
        return {}


def _configured() -> dict[str, Configured]:
    plugins = get(Plugins)
    return {**plugins.core_settings(), **plugins.configured()}


def _plain(value: Any) -> Any:
    """Return a value as JSON can say it; secrets inside of it stay masked."""
    if hasattr(value, "get_secret_value"):
        return MASK if value.get_secret_value() else ""
    if hasattr(value, "model_fields_set"):
        return {key: _plain(getattr(value, key)) for key in type(value).model_fields}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple, set)) else value


def _suggested(name: str, known: Iterable[str]) -> str:
    choices = sorted(known)
    near = difflib.get_close_matches(name, choices, 1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(choices)}"
