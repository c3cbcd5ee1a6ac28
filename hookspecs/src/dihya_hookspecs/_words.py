"""What became of the words of an idea; ``generation`` is where others find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Use = Literal[
    "table", "own", "field", "state", "role", "sector", "option", "quantity", "left_out", "doubtful", "common", "unknown"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordUse:
    """One word or phrase of an idea, and what became of it.

    Attributes:
        text: as it was written.
        use: ``table`` of a block, a table of its ``own`` that is named as the person named it, ``field``, ``state`` of a table,
            ``role``, word of a ``sector``, ``option``, ``quantity``; ``left_out`` and ``doubtful`` as in ``Proposal``;
            ``common``: says nothing about what is to be built; ``unknown``: not understood.
        what: title of the table, field, role, option or sector, in the reader's language.
        read_as: what a misspelt word was read as.
        table: name of the table that it became, or in which its field or state is.
        offers: titles of things that are called nearly like a word that was not understood.
    """

    text: str
    use: Use
    what: str = ""
    read_as: str = ""
    table: str = ""
    offers: Sequence[str] = ()
