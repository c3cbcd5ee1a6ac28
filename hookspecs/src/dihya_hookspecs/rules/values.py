"""Values that a rule speaks of: ``{"status": ("sold", "withdrawn")}``, compared, and said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..i18n import Text
from .kinds import caption_of, label_of

Values = tuple[tuple[str, tuple[Any, ...]], ...]
"""Field → the values of which it has one; several fields hold together."""


def values(given: Mapping[str, Any] | None) -> Values:
    """Return what an author wrote as a mapping, each value as a tuple of them."""
    return tuple((name, _several(said)) for name, said in (given or {}).items())


def holds(record: Any, wanted: Values) -> bool:
    """Tell whether each field of *record* has one of its values."""
    return all(getattr(record, name) in allowed for name, allowed in wanted)


def among(model: Any, wanted: Values) -> Text:
    """Return the values as people read them: “State” is “Seen” or “Missed”."""
    english = " and ".join(f"“{label_of(model, name).en}” {any_of(model, name, said).en}" for name, said in wanted)
    french = " et ".join(f"« {label_of(model, name).fr} » {any_of(model, name, said).fr}" for name, said in wanted)
    return Text(english, french)


def any_of(model: Any, name: str, said: Iterable[Any]) -> Text:
    """Return the values of one field, joined by *or*."""
    captions = [caption_of(model, name, value) for value in said]
    return Text(" or ".join(f"“{each.en}”" for each in captions), " ou ".join(f"« {each.fr} »" for each in captions))


def _several(said: Any) -> tuple[Any, ...]:
    return tuple(said) if isinstance(said, list | tuple | set | frozenset) else (said,)
