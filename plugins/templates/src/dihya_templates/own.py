"""A plugin that its author goes on writing: the tables that somebody named, rendered as those of a template are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import gettext as _

from .completion import completed, name_flaws
from .library import template_from
from .names import spaced
from .plan import Publisher
from .renderer import rendered
from .structure import structure_of

LICENCES = ("Apache-2.0", "MIT")
NOTE = "note: heading:text! text:long_text"
"""The table of a plugin whose author named none."""
EDITOR = {"name": "editor", "title": {"en": "Editor", "fr": "Rédaction"}}


def publisher(author: str, licence: str, address: str = "") -> Publisher:
    """Return who publishes, with the text of the licence. Raises Invalid for a licence whose text is not here."""
    if licence not in LICENCES:
        raise Invalid(
            _(
                "no text of the licence %(name)r is here; one of %(known)s",
                name=licence[:40],
                known=", ".join(LICENCES),
            ),
            code="licence",
        )
    text = files(__package__).joinpath("licences", f"{licence}.txt").read_text("utf-8")
    return Publisher(author, licence, text.replace("{author}", author), address)


def plugin_files(
    name: str,
    summary: str,
    entities: Sequence[Mapping[str, Any]],
    by: Publisher,
    *,
    language: str = "en",
    taken: Mapping[str, str],
) -> dict[str, str]:
    """Return the files of a new plugin, path → text. Raises Invalid with one flaw for each mistake.

    Args:
        entities: tables in the shape of a template; a role ``editor`` of the plugin writes them, auditors read them.
        taken: names that a new plugin cannot have, and what bears each.
    """
    title = spaced(name).capitalize()
    needs = Needs("", "own", name, language=language, title=title)
    if found := name_flaws(name, taken):
        raise Invalid(found[0].detail, flaws=found)
    try:
        template = template_from(_data(title, summary or title, entities))
    except Invalid as error:
        raise _told(error, entities) from error
    return rendered(structure_of(completed(needs, template, taken), template), by)


def _told(error: Invalid, entities: Sequence[Mapping[str, Any]]) -> Invalid:
    """Return the refusal in the words in which the tables were named, not those of the template that was made of them."""
    found = [replace(flaw, pointer=_place(flaw.pointer, entities)) for flaw in error.flaws]
    return Invalid(f"{found[0].pointer}: {found[0].detail}", flaws=found)


def _place(pointer: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """Return ``/entities/0/fields/1/type`` as ``/loan/lent_on/type``."""
    parts = pointer.split("/")[2:]
    if not parts:
        return pointer
    entity = entities[int(parts[0])]
    named = [entity["name"], *parts[1:]]
    if named[1:2] == ["fields"] and len(named) > 2:
        named[1:3] = [entity["fields"][int(named[2])]["name"]]
    return "/" + "/".join(named)


def _data(title: str, summary: str, entities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    access = {"read": ["editor", "auditeur"], "write": ["editor"]}
    purpose = {"title": {"en": summary, "fr": summary}, "basis": "contract", "retention": "3y"}
    return {
        "name": "own",
        "version": "1.0.0",
        "title": {"en": title, "fr": title},
        "description": {"en": summary, "fr": summary},
        "words": ["own", "propre", "table", "plugin"],
        "examples": ["a table", "une table", "a plugin", "un plugin"],
        "roles": [EDITOR],
        "options": {},
        "purposes": {"use": purpose},
        "entities": [{"access": access, **entity} for entity in entities],
    }
