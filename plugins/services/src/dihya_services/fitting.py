"""How well the things that a sentence names fit the tables of each trade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from dihya_hookspecs.generation import Template


class Fitting:
    """The tables of all templates; what few of them have speaks loudly for these, what all have says nothing."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._tables = {
            template.name: {str(entity.get("block", entity["name"])) for entity in template.entities}
            for template in templates if not template.data.get("only_named")
        }  # fmt: skip
        held = Counter(block for tables in self._tables.values() for block in tables)
        every = log(len(self._tables)) if len(self._tables) > 1 else 1.0
        self._worth = {block: 1 - log(count) / every for block, count in held.items()}

    def of(self, blocks: Iterable[str]) -> Mapping[str, float]:
        """Return template → what the things *blocks* are worth for it: 1 for one that no other template has, 0 for a common one."""
        named = set(blocks)
        return {
            name: sum(self._worth[block] for block in sorted(tables & named)) for name, tables in self._tables.items()
        }
