"""How one implementation is called."""

from __future__ import annotations

import pytest
from dihya_core.hooks.caller import HookCaller
from dihya_core.hooks.calling import Face, flat, nothing, positional

ARGUMENTS = ("one", "two", "three")


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        (lambda one, two, three: (one, two, three), (1, 2, 3)),
        (lambda three, one: (three, one), (3, 1)),
        (lambda two: two, 2),
        (lambda: "none", "none"),
    ],
)
def test_an_implementation_gets_the_arguments_that_it_names(function, answer):
    """All of them, some in an order of its own, one, or none."""
    assert positional(function, ARGUMENTS)(1, 2, 3) == answer


@pytest.mark.parametrize(
    ("hook", "arguments", "answer"),
    [
        ("register_permissions", {}, []),
        ("check_access", {}, []),
        ("find_actor", {}, None),
        ("on_shutdown", {}, None),
        ("on_ai_request", {"request": "text"}, "text"),
    ],
)
def test_a_hook_that_nobody_implements_has_an_answer(hook, arguments, answer):
    """An empty list, None, or the value unchanged, as the kind says."""
    assert nothing(HookCaller().hooks[hook], arguments) == answer


def test_answers_are_lists_and_named_tuples_are_one_answer():
    """A list is several answers, a named tuple is one, and None is none."""
    from typing import NamedTuple

    class Pair(NamedTuple):
        left: int
        right: int

    assert (flat(None), flat(1), flat((1, 2)), flat(Pair(1, 2))) == ([], [1], [1, 2], [Pair(1, 2)])


def test_two_faces_with_the_same_content_are_two():
    """pluggy compares plugins, and must not take one for another."""
    assert Face({}) != Face({})
