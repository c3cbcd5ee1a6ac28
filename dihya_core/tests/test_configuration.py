"""The configuration before the plugins' own models read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dihya_core.settings.configuration import INSTALLED, Configuration, Fault, Value, raise_faults, suggest
from dihya_hookspecs import Invalid
from dihya_hookspecs.settings import Said
from pydantic import BaseModel, SecretStr


class Settings(BaseModel):
    """A section with a secret."""

    key: SecretStr = SecretStr("")
    colour: str = "green"


@pytest.fixture
def found():
    """A configuration of which nothing is said."""
    return Configuration(None, Path.cwd())


def test_a_near_name_is_suggested_and_a_far_one_gets_the_list():
    """Whoever mistypes sees what to write."""
    assert suggest("consol", ["console", "audit"]) == "did you mean 'console'?"
    assert suggest("xyz", ["console", "audit"]) == "known: audit, console"


def test_faults_are_raised_together(found):
    """One error names every mistake, those of plugins too."""
    found.faults.append(Fault("dihya.toml:1", "dihya.data", "text", "1"))
    found.wrong["toy"] = [Fault("dihya.toml:2", "toy.size", "a number", "'x'")]
    with pytest.raises(Invalid, match="2 mistakes") as caught:
        raise_faults(found)
    assert [flaw.pointer for flaw in caught.value.flaws] == ["/dihya/data", "/toy/size"]


def test_mistakes_of_plugins_alone_stop_nothing(found):
    """They keep only their plugin from running."""
    found.wrong["toy"] = [Fault("dihya.toml:2", "toy.size", "a number", "'x'")]
    raise_faults(found)


def test_the_name_of_a_plugin_that_was_uninstalled_is_pardoned(found):
    """A mistake becomes a warning where the name is that of a plugin which was taken out."""
    found.faults.append(Fault("dihya.toml:1", "plugins.required", INSTALLED, "'toys'"))
    found.pardon(["toys"])
    assert not found.faults and "was uninstalled" in found.warnings[0]


def test_each_value_says_where_it_was_said(tmp_path):
    """The source is a file with its line, a variable, an option, or the program that embeds the application."""
    found = Configuration(tmp_path / "dihya.toml", tmp_path)
    places = {"a": "dihya.toml:3", "b": "DIHYA_TOY_B", "c": "--set", "d": "given in memory"}
    found.sections["toy"] = {key: Value(1, place) for key, place in places.items()}
    assert found.said("toy") == {
        "a": Said("file", str(tmp_path / "dihya.toml:3")),
        "b": Said("variable", "DIHYA_TOY_B"),
        "c": Said("option", "--set"),
        "d": Said("program", "given in memory"),
    }
