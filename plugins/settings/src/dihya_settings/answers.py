"""What programs read of settings: each with its value, and where that comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from dihya_hookspecs.access import Actor
from dihya_hookspecs.settings import Kept, Section, SettingLayers, is_secret
from pydantic import BaseModel

from .inputs import Row, groups, latest


class Setting(BaseModel):
    """One setting.

    Attributes:
        value: what counts; of a secret, nothing.
        present: whether it has a value; all that is said of a secret.
        source: where the value comes from: the default, the application, the person, or where the operator said it.
        where: the operator's file and line, variable or option; only for who reads the settings of the application.
        locked: whether the operator said it, so that nobody changes it here.
        waiting: what counts from the next start on.
        misfit: why what is stored does not count.
        version: the number of its last change, 0 where there was none.
    """

    name: str
    label: str
    help: str
    value: Any = None
    present: bool = True
    source: Literal["default", "application", "person", "file", "variable", "option", "program", "distribution"]
    where: str = ""
    locked: bool = False
    secret: bool = False
    personal: bool = False
    restart: bool = False
    choices: dict[str, str] | None = None
    waiting: Any = None
    misfit: str = ""
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str | None = None


class Settings(BaseModel):
    """The settings of one plugin."""

    plugin: str
    title: str
    settings: list[Setting]


class Everything(BaseModel):
    """The settings of all plugins."""

    items: list[Settings]


def told(
    layers: SettingLayers, kept: Mapping[str, Kept], person: Actor | None = None,
    own: Mapping[str, Kept] | None = None, only: str | None = None,
) -> list[Settings]:  # fmt: skip
    """Return the settings of all plugins (or of one), for the application or as a person has them.

    Args:
        kept: what is stored for the application.
        own: what is stored for the person.
    """
    found = []
    for group in groups(layers, kept if person is None else own or {}, person, only):
        section = layers.sections()[group.plugin]
        rows = [_setting(layers, section, row, kept, person) for row in group.rows]
        found.append(Settings(plugin=group.plugin, title=group.title, settings=rows))
    return found


def version(found: Settings) -> int:
    """Return the number of the last change of any of them."""
    return max((one.version for one in found.settings), default=0)


def _setting(
    layers: SettingLayers, section: Section, row: Row, kept: Mapping[str, Kept], person: Actor | None
) -> Setting:
    name, secret = row.name.partition(".")[2], is_secret(section.model, row.name.partition(".")[2])
    counts = layers.of(section.model, person) if person else layers.current(section.plugin)
    stored = row.kept
    return Setting(
        name=row.name, label=row.label, help=row.help, value=None if secret else _json(counts, name),
        present=getattr(counts, name) not in (None, "") if not secret else bool(getattr(counts, name)),
        source=_source(row, kept.get(row.name), person), where=row.said.where if row.said and person is None else "",
        locked=row.said is not None, secret=secret, personal=row.personal, restart=row.restart,
        choices=dict(row.choices) or None,
        waiting=_json(latest(layers, section.plugin), name) if row.waiting and not secret else None, misfit=row.misfit,
        version=row.version, changed_at=stored.at if stored else None, changed_by=stored.name if stored else None,
    )  # fmt: skip


def _source(row: Row, application: Kept | None, person: Actor | None) -> Any:
    if row.said:
        return row.said.kind
    if row.kept and not row.misfit and not row.waiting:
        return "person" if person else "application"
    return "application" if person and application and application.kept else "default"


def _json(model: BaseModel, name: str) -> Any:
    return model.model_dump(mode="json", include={name})[name]
