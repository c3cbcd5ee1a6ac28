"""What the core's tests share: plugins made in memory."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.app import SetupStep
from dihya_hookspecs.ops import HealthCheck
from pydantic import BaseModel, Field, SecretStr


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command line remembers stays out of the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def plugin() -> Callable[..., SimpleNamespace]:
    """Return a function that makes a plugin out of functions: each is marked as a hook implementation."""

    def make(*functions: Any, **members: Any) -> SimpleNamespace:
        return SimpleNamespace(**{function.__name__: hookimpl(function) for function in functions}, **members)

    return make


class Settings(BaseModel):
    """Settings of a plugin in memory."""

    colour: str = Field("green", description="The colour of the door.")
    key: SecretStr = Field(SecretStr(""), description="The key of the door.")


@pytest.fixture
def app_with_toy(make_app, plugin):
    """An application with one plugin that has settings, a set-up step and a health check."""

    def start(probe=lambda: "well", config=None):
        def register_health_checks():
            return HealthCheck("door", probe)

        def register_setup():
            return SetupStep("door", lambda: "painted")

        toy = plugin(register_health_checks, register_setup, Settings=Settings)
        return make_app(plugins={"toy": toy}, config=config)

    return start
