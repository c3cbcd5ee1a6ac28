"""What a decorator wrote on a function, read without waking whatever else stands beside it in a namespace."""

from __future__ import annotations

from inspect import getattr_static
from types import FunctionType, MethodType
from typing import Any


def mark_of(value: object, name: str) -> Any:
    """Return the attribute that a decorator set, or None.

    A namespace holds more than functions: Flask's ``request``, lazy translations, clients that connect when they are touched.
    They are looked at, never asked.
    """
    kind = type(value)
    if kind is MethodType:
        return mark_of(value.__func__, name)  # type: ignore[attr-defined]
    return getattr(value, name, None) if kind is FunctionType else getattr_static(value, name, None)
