"""What people stored of settings, for ``dihya config``: read as far as it can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.settings import Kept, SettingLayers, SettingsStore

from dihya_core.cli.context import CommandContext


@dataclass(frozen=True, slots=True)
class Changed:
    """The settings as they count, by plugin, and what is stored of them, by setting."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Kept] = field(default_factory=dict)
    said: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)

    def source(self, section: str, key: str) -> str:
        """Say who stored a value and when; empty where none is stored, or the operator's counts."""
        name = f"{section}.{key}"
        found = self.kept.get(name)
        if found is None or not found.kept or name in self.said:
            return ""
        who = f" by {found.name or found.by}" if found.name or found.by else ""
        return f"stored{who}, {found.at:%Y-%m-%d %H:%M} UTC{self.notes.get(name, '')}"


def read(context: CommandContext) -> Changed:
    """Return what is stored; nothing where no plugin keeps settings, and with a warning where they cannot be read."""
    if context.runtime.safe_mode or not context.acts.services.provides(SettingsStore):
        return Changed()
    try:
        with context.acts.open("core.config", actor=OPERATOR) as act:
            layers = act.get(SettingLayers)
            sections = layers.sections()
            said = frozenset(f"{one.plugin}.{name}" for one in sections.values() for name in one.said)
            notes = {
                f"{one.plugin}.{name}": "; from the next start on" for one in sections.values() for name in one.waiting
            }
            notes |= {
                f"{one.plugin}.{n}": f"; left out: {why}" for one in sections.values() for n, why in one.misfits.items()
            }
            return Changed(
                {name: layers.current(name) for name in sections}, act.get(SettingsStore).kept(), said, notes
            )
    except Exception as error:
        click.echo(f"warning: stored settings cannot be read: {type(error).__name__}", err=True)
        return Changed()
