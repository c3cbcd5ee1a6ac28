"""A plugin whose settings people may change."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Literal

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import SettingLayers, SettingsStore, editable
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator


class Settings(BaseModel):
    """One of each kind."""

    model_config = ConfigDict(extra="forbid")

    songs: int = editable(3, Text("Songs", "Chants"), Text("How many.", "Combien."), ge=1, le=9)
    most: int = editable(5, Text("Most", "Plus"), Text("At most.", "Au plus."), ge=1)
    mood: Literal["glad", "sad"] = editable(
        "glad", Text("Mood", "Humeur"), Text("Of the songs.", "Des chants."), personal=True,
        choices={"glad": Text("Glad", "Gai"), "sad": Text("Sad", "Triste")},
    )  # fmt: skip
    motto: str = editable("", Text("Motto", "Devise"), Text("Below.", "En bas."), personal=True, max_length=40)
    loud: bool = editable(False, Text("Loud", "Fort"), Text("Or soft.", "Ou doux."))
    names: list[str] = editable([], Text("Names", "Noms"), Text("One a line.", "Un par ligne."))
    token: SecretStr = editable(SecretStr(""), Text("Token", "Jeton"), Text("For the stage.", "Pour la scène."))
    pool: int = editable(2, Text("Pool", "Réserve"), Text("Of voices.", "De voix."), restart=True)
    hidden: int = Field(1, description="The operator's.")

    @model_validator(mode="after")
    def _ordered(self) -> Settings:
        if self.songs > self.most:
            raise ValueError("songs are at most as many as most")
        return self


@pytest.fixture
def choir():
    return Settings


@pytest.fixture
def start(make_app):
    """Start an application with the plugin ``choir``; *said* is what the operator says about it."""

    def start(*names, said=None, model=Settings, db=None, more=None, config=None, **options):
        plugin = SimpleNamespace(Settings=model, __name__="dihya_choir")
        given = {"choir": said or {}} | (config or {}) | ({"db": {"url": db}} if db else {})
        return make_app("settings", *names, plugins={"choir": plugin, **(more or {})}, config=given, **options)

    return start


@pytest.fixture
def change():
    """Set or unset a setting in an act of its own."""

    def change(app, setting, *value, actor=None, **options):
        with app.act("test.change", actor=actor) as act:
            store = act.get(SettingsStore)
            store.set(setting, *value, **options) if value else store.unset(setting, **options)

    return change


@pytest.fixture
def read():
    """Return a setting as it counts now, for the application or for somebody."""

    def read(app, name, actor=None, model=Settings):
        with app.act("test.read", actor=actor) as act:
            return getattr(act.get(SettingLayers).of(model, actor), name)

    return read
