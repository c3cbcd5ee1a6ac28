"""Needs, completed and checked before anything is rendered from them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.generation import Needs, Template
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import ngettext

from .choice import chosen, with_brought
from .entities import entity_flaws
from .names import PYTHON
from .quoting import tidy, tidy_lines
from .schema import entity_schema, flaws, worded

LANGUAGES = ("en", "fr")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def completed(needs: Needs, template: Template, taken: Mapping[str, str]) -> Needs:
    """Return *needs* with every option, a name and a title. Raises Invalid with one flaw for each mistake.

    Args:
        taken: names that a new plugin cannot have, and what bears each.
    """
    if needs.language not in LANGUAGES:
        raise refusal([Flaw("/language", f"{needs.language!r} is not a language of the templates; one of en, fr")])
    name = needs.name or str(template.data.get("suggested_name", template.name))
    options = decided(template, needs.options)
    entities = [cleaned(entity) for entity in needs.entities]
    found = name_flaws(name, taken) + flaws(options, template.options, "/options", worded) + _shape_flaws(entities)
    if not found:
        whole = chosen(with_brought(template.data, entities), options)
        found = entity_flaws(whole, entities) if entities else _empty_flaws(whole)
    if found:
        raise refusal(found)
    title = tidy(needs.title)[:80] or getattr(template.title, needs.language)
    return replace(needs, name=name, options=options, entities=tuple(entities), title=title)


def decided(template: Template, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return every option of a template: what was said, and its defaults.

    A table that somebody wants brings along what it cannot do without, where that is not usual in the trade; what is usual and
    was taken away stays away, with all that cannot be without it.
    """
    result, known = with_defaults(template.options, options), template.options.get("properties", {})
    for entity in template.entities:
        own, *needed = entity.get("when", {}).items() or [("", None)]
        if result.get(own[0]) == own[1]:
            result |= {name: value for name, value in needed if known[name]["default"] != value}
    return result


def with_defaults(schema: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return *options* in the order of the schema, with its defaults where nothing was said."""
    known = schema.get("properties", {})
    decided = {name: options.get(name, option["default"]) for name, option in known.items()}
    return decided | {name: value for name, value in options.items() if name not in known}


def name_flaws(name: str, taken: Mapping[str, str]) -> list[Flaw]:
    """Return why *name* cannot be the name of a new plugin."""
    if not _NAME.fullmatch(name) or name.endswith("_") or "__" in name:
        said = _("%(name)r is no plugin name; 2 to 31 of a-z, 0-9 and single '_', a letter first", name=name[:40])
        near = nearest_name(name)
        if near:
            said = _("%(fault)s; try %(name)r", fault=said, name=near)
        return [Flaw("/name", said, "name", near)]
    if name in PYTHON:
        return [Flaw("/name", _("%(name)r means something else to Python; choose another name", name=name), "reserved")]
    if name in taken:
        reason = _("%(name)r is %(owner)s; choose another name", name=name, owner=taken[name])
        return [Flaw("/name", reason, "taken")]
    return []


def nearest_name(said: str) -> str:
    """Return the plugin name that is nearest to what somebody typed: ``Mon Club`` gives ``mon_club``; "" for none."""
    spelled = said.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("_0123456789")[:31].rstrip("_")
    return name if _NAME.fullmatch(name) else ""


def cleaned(value: Any, key: str = "") -> Any:
    """Return data with every text on one line and without control characters; sample texts keep their lines."""
    if isinstance(value, str):
        return tidy_lines(value) if key == "sample" else tidy(value)
    if isinstance(value, Mapping):
        return {
            tidy(str(name)): cleaned(part, "sample" if "sample" in (key, name) else "") for name, part in value.items()
        }
    if isinstance(value, Sequence):
        return [cleaned(part, key) for part in value]
    return value


def _shape_flaws(entities: Sequence[Any]) -> list[Flaw]:
    return [flaw for n, entity in enumerate(entities) for flaw in flaws(entity, entity_schema(), f"/entities/{n}")]


def _empty_flaws(whole: Mapping[str, Any]) -> list[Flaw]:
    """Return the mistake of options that leave no table."""
    return [] if whole["entities"] else [Flaw("/options", _("no table is left; keep one at least"), "empty")]


def refusal(found: list[Flaw]) -> Invalid:
    """Return the error: its message is the one mistake, or counts them; each is a flaw with its place."""
    message = ngettext(
        "this plugin cannot be built: %(count)s mistake", "this plugin cannot be built: %(count)s mistakes", len(found)
    )
    return Invalid(message, flaws=found)
