"""The lists of words by which the rest of a sentence is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class State:
    """A state by which people pick records: folded words, and the fields and values of tables that hold it."""

    words: frozenset[str]
    fields: frozenset[str]
    values: frozenset[str]


@cache
def listed_as(name: str) -> frozenset[str]:
    """Return one list of ``words_of_reading.toml``: words, folded."""
    return frozenset(_data()[name].split())


@cache
def states() -> tuple[State, ...]:
    """Return the states of ``words_of_reading.toml``."""
    return tuple(
        State(frozenset(each["words"].split()), frozenset(each["fields"]), frozenset(each["values"]))
        for each in _data()["state"]
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("words_of_reading.toml").read_text("utf-8"))
