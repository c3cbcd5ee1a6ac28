"""Changed lines of a plugin's rules."""

import pytest
from dihya_tests.suite import mutation


def found(text, path="dihya_petit/service.py"):
    return [(one.line, one.what) for one in mutation.changes({path: text}, "dihya_petit")]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("a > b", "a > b → a <= b"),
        ("a == b", "a == b → a != b"),
        ("a in b", "a in b → a not in b"),
        ("a and b", "a and b → a or b"),
        ("not a", "not a → a"),
        ("a + 1", "a + 1 → a - 1"),
    ],
)
def test_a_rule_is_turned_into_its_opposite(rule, what):
    """Comparisons, conditions, sums."""
    assert (2, what) in found(f"def f(a, b):\n    return {rule}\n")


@pytest.mark.parametrize("line", ["a + 'x'", "f'{a}' + b", "[a] + b", "a"])
def test_what_is_no_rule_is_left_alone(line):
    """Turning the joining of texts around would be a crash, and no other rule."""
    assert found(f"def f(a, b):\n    return {line}\n") == []


@pytest.mark.parametrize(
    "path", ["dihya_petit/settings.py", "dihya_petit/migrations/0001.py", "dihya_petit/__init__.py"]
)
def test_declarations_are_no_rules(path):
    """They are looked at by other checks."""
    assert found("def f(a, b):\n    return a > b\n", path) == []


def test_the_rest_of_the_file_stays_as_it_is():
    """Also behind words that take more than one byte a letter."""
    text = '"""Règles."""\n\n\ndef f(é, b):\n    return "é" if é > b else "ê"  # ç\n'
    (one,) = mutation.changes({"dihya_petit/service.py": text}, "dihya_petit")
    assert one.source == text.replace("é > b", "(é <= b)")
