"""The pipe of a proof."""

from __future__ import annotations

import json
import os

import pytest
from dihya_hookspecs.generation import Check
from dihya_tests.pipe import WITNESS, Pipe


def test_writes_lines_that_programs_do_not_inherit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is one JSON object; the variable is gone, and the pipe stays with this process."""
    told, tells = os.pipe()
    os.set_inheritable(tells, True)
    monkeypatch.setenv(WITNESS, str(tells))
    with Pipe.of_environment() as pipe:
        pipe.write(Check("a", True, 0.5, "déjà"))
        assert WITNESS not in os.environ and not os.get_inheritable(tells)
    with open(told, encoding="utf-8") as file:
        assert [(line["name"], line["detail"]) for line in map(json.loads, file)] == [("a", "déjà")]


def test_there_is_none_outside_of_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its variable there is nothing to write on."""
    monkeypatch.delenv(WITNESS, raising=False)
    with pytest.raises(KeyError):
        Pipe.of_environment()
