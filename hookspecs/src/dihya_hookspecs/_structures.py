"""What an edit of a structure gives; ``generation`` is where others find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Edited:
    """A structure after an edit.

    Attributes:
        structure: the whole document, valid.
        notices: what the edit changed besides what it was asked, one sentence each, in the reader's language.
        place: JSON pointer of what was added or changed, for the focus of a page; of what stands nearest after a removal.
    """

    structure: Mapping[str, Any]
    notices: Sequence[str] = ()
    place: str = ""
