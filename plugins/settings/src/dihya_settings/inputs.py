"""Rows of the pages: an input for each editable field, with its value and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any
from unicodedata import normalize

from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.settings import Kept, Said, Section, SettingLayers, is_secret
from pydantic import BaseModel

LONG = 200
"""A text that may be longer than this many characters gets several lines."""
ABSENT = object()


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One setting on a page.

    Attributes:
        name: ``<plugin>.<field>``, also of the input.
        kind: an ``<input type>``, or ``select``, ``textarea``, ``checkboxes``.
        text: what stands in the input; of a secret, nothing.
        shown: the value that counts, for people to read.
        said: where the operator said it; then it is locked.
        kept: what is stored, and by whom.
        waiting: what counts from the next start on.
        several: whether it is a list: one entry a line, or what is ticked of the choices.
        misfit: why what is stored does not count.
    """

    name: str
    label: str
    help: str
    kind: str
    text: str
    shown: str
    nullable: bool = False
    several: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    said: Said | None = None
    kept: Kept | None = None
    version: int = 0
    restart: bool = False
    personal: bool = False
    waiting: str = ""
    misfit: str = ""

    @property
    def id(self) -> str:
        """The input's id."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Group:
    """The settings of one plugin on a page."""

    plugin: str
    title: str
    rows: tuple[Row, ...] = field(default_factory=tuple)


def groups(
    layers: SettingLayers, kept: Mapping[str, Kept], person: Actor | None = None, only: str | None = None
) -> list[Group]:
    """Return the settings of all plugins (or of one) that may be changed, for the application or by a person."""
    found = []
    for plugin, section in layers.sections().items():
        names = [name for name, mark in section.fields.items() if mark.personal or person is None]
        if names and only in (None, plugin):
            rows = tuple(_row(layers, section, name, kept.get(f"{plugin}.{name}"), person) for name in names)
            found.append(Group(plugin, str(section.title), rows))
    return sorted(found, key=lambda group: normalize("NFKD", group.title).casefold())


def latest(layers: SettingLayers, plugin: str) -> BaseModel:
    """Return the settings of a plugin with everything that is stored, also what waits for the next start."""
    try:
        return layers.check(plugin, {})
    except Invalid:  # a new release has a rule that what is stored breaks
        return layers.current(plugin)


def _row(layers: SettingLayers, section: Section, name: str, kept: Kept | None, person: Actor | None) -> Row:
    mark, secret = section.fields[name], is_secret(section.model, name)
    counts = layers.of(section.model, person) if person else layers.current(section.plugin)
    value = getattr(counts, name)
    stored = value if person else getattr(latest(layers, section.plugin), name)
    described, nullable = _described(section.model, name)
    choices = _choices(section, name, described)
    here = kept if kept is not None and kept.kept and name not in section.said else None
    return Row(
        name=f"{section.plugin}.{name}", label=str(mark.label), help=str(mark.help),
        kind=_kind(described, choices, secret), text="" if secret else _text(stored),
        shown=_shown(value, choices, secret), nullable=nullable, several=described.get("type") == "array", choices=choices,
        attributes=tuple(_attributes(described)), said=section.said.get(name), kept=here,
        version=kept.version if kept else 0, restart=mark.restart, personal=mark.personal,
        waiting=_shown(stored, choices, secret) if name in section.waiting and not person else "",
        misfit=_misfit(layers, section, name, here, secret),
    )  # fmt: skip


def _misfit(layers: SettingLayers, section: Section, name: str, kept: Kept | None, secret: bool) -> str:
    """Say in the reader's language why what is stored does not count."""
    if kept is None:
        return ""
    if secret:
        return _("it does not fit") if name in section.misfits else ""
    try:
        layers.check(section.plugin, {name: kept.value})
    except Invalid as error:
        return "; ".join(flaw.detail for flaw in error.flaws)
    return ""


def _described(model: type[BaseModel], name: str) -> tuple[dict[str, Any], bool]:
    """Return the JSON Schema of a field, and whether it may be empty."""
    schema = _schema(model)
    told = schema["properties"][model.model_fields[name].alias or name]
    options = told.get("anyOf") or told.get("allOf") or [told]
    definitions = schema.get("$defs", {})
    found = [definitions[one["$ref"].rsplit("/", 1)[-1]] if "$ref" in one else one for one in options]
    kinds = [one for one in found if one.get("type") != "null"]
    return {**(kinds[0] if kinds else {}), **{k: v for k, v in told.items() if k != "anyOf"}}, len(kinds) < len(found)


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="validation")


def _choices(section: Section, name: str, described: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    offered = section.fields[name].offered()
    if offered is not None:
        return tuple(offered.items())
    return tuple((str(value), str(value)) for value in described.get("enum", ()))


def _kind(described: Mapping[str, Any], choices: tuple[Any, ...], secret: bool) -> str:
    if secret:
        return "password"
    if choices:
        return "checkboxes" if described.get("type") == "array" else "select"
    kinds = {"boolean": "checkbox", "integer": "number", "number": "number", "array": "textarea"}
    long = int(described.get("maxLength", 0)) > LONG
    return kinds.get(str(described.get("type")), "textarea" if long else "text")


def _attributes(described: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if described.get("type") in ("integer", "number"):
        for name, rule in (("min", "minimum"), ("max", "maximum")):
            if rule in described:
                yield name, str(described[rule])
        yield "step", "1" if described["type"] == "integer" else "any"
    if "maxLength" in described:
        yield "maxlength", str(described["maxLength"])


def _text(value: Any) -> str:
    """Return a value as its input wants it."""
    if value is None or value is False:
        return ""
    if isinstance(value, (list, tuple, set, frozenset)):
        return "\n".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "on" if value is True else str(value.value if isinstance(value, Enum) else value)


def _shown(value: Any, choices: tuple[tuple[str, str], ...], secret: bool) -> str:
    """Return a value as people read it; a secret is set or not."""
    if secret:
        return _("set") if value and value.get_secret_value() else _("not set")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    captions = dict(choices)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(captions.get(str(one), str(one)) for one in value) or _("none")
    text = _text(value)
    return captions.get(text, text) or _("empty")


def sent(row: Row, form: Any) -> Any:
    """Return what somebody typed for a row, as its model takes it; ABSENT where that leaves things as they are.

    Args:
        form: a mapping; where choices are ticked, one with several values a name, as ``request.form``.
    """
    if row.kind == "checkboxes":
        return form.getlist(row.name)
    text = form.get(row.name, "").replace("\r\n", "\n").strip()
    if row.kind == "checkbox":
        return row.name in form
    if row.kind == "password":
        return text or ABSENT
    if row.several:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if not text and row.nullable:
        return None
    return _number(text) if row.kind == "number" else text


def _number(text: str) -> str:
    """Return a number as programs write it: ``1 234,5`` is ``1234.5``."""
    bare = "".join(text.replace("\u202f", " ").split())
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare
