"""What the core's tests share: plugins made in memory."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl


@pytest.fixture
def plugin() -> Callable[..., SimpleNamespace]:
    """Return a function that makes a plugin out of functions: each is marked as a hook implementation."""

    def make(*functions: Any, **members: Any) -> SimpleNamespace:
        return SimpleNamespace(**{function.__name__: hookimpl(function) for function in functions}, **members)

    return make
