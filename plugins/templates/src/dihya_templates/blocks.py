"""Blocks: the business things that a sentence can name, one file each, and what must hold of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.generation import Block
from dihya_hookspecs.i18n import Text

PERSON = "person"
"""In a reference: whoever the plugin is about."""


@cache
def own_blocks() -> tuple[Block, ...]:
    """Return the blocks in ``blocks/``, by name."""
    from .library import parsed, texts_in

    return tuple(described(parsed(text)) for text in texts_in("blocks"))  # checked by a test


@cache
def own_purposes() -> Mapping[str, Mapping[str, Any]]:
    """Return the purposes that blocks name: why data is held, on which basis, how long, and where that stands."""
    from .library import parsed

    purposes: Mapping[str, Mapping[str, Any]] = parsed(files(__package__).joinpath("purposes.yaml").read_text("utf-8"))
    return purposes


def described(data: Mapping[str, Any]) -> Block:
    """Return the block that *data* describes; see ``block_flaws`` for data of others."""
    return Block(
        name=data["name"],
        title=Text(**data["title"]),
        singular=Text(**data["singular"]),
        words=(*data["words"]["en"], *data["words"]["fr"]),
        maybe=tuple((tuple(each["words"]), tuple(each["near"])) for each in data.get("maybe", ())),
        data=data,
    )


@cache
def block_schema() -> dict[str, Any]:
    """Return the JSON Schema of a block."""
    return json.loads(files(__package__).joinpath("block.schema.json").read_text("utf-8"))


def check_block(data: Any) -> None:
    """Raise Invalid with one flaw for each mistake in a block; what it says as a table is checked where it is composed."""
    if found := block_flaws(data):
        name = data.get("name") if isinstance(data, Mapping) else None
        raise Invalid(f"block {name!r} is wrong at {found[0].pointer or '/'}: {found[0].detail}", flaws=found)


def block_flaws(data: Any) -> list[Flaw]:
    """Return what is wrong with the shape of a block, and with the purpose that it names."""
    from .schema import flaws

    if found := flaws(data, block_schema()):
        return found
    return [*_purpose_flaws(data), *_reference_flaws(data)]


def _purpose_flaws(data: Mapping[str, Any]) -> list[Flaw]:
    personal = any("personal" in field for field in data["fields"])
    name = data.get("purpose")
    if name is None:
        return [Flaw("/purpose", "a block with personal fields names a purpose")] if personal else []
    purpose = own_purposes().get(name)
    if purpose is None:
        return [Flaw("/purpose", f"no purpose {name!r}; one of {', '.join(own_purposes())}")]
    dates = [field["name"] for field in data["fields"] if field["type"] in ("date", "datetime")]
    counted = "{start}" in purpose["retention"]
    if counted and data.get("start") not in dates:
        return [Flaw("/start", f"purpose {name!r} counts from a date of the block; one of {', '.join(dates)}")]
    if not counted and "start" in data:
        return [Flaw("/start", f"purpose {name!r} counts from the creation; leave 'start' out")]
    return []


def _reference_flaws(data: Mapping[str, Any]) -> list[Flaw]:
    return [
        Flaw(f"/fields/{number}/to", "a block refers to no other record of itself")
        for number, field in enumerate(data["fields"])
        if data["name"] in targets_of(field)
    ]


def targets_of(field: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the blocks that a reference may point to, the most wanted first."""
    to = field.get("to", ())
    return (to,) if isinstance(to, str) else tuple(to)
