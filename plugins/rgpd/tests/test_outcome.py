"""What a receipt says decides its state."""

from __future__ import annotations

import pytest
from dihya_hookspecs.rgpd import Erasure, Subject
from dihya_rgpd.outcome import by_table, counts, merged, sentence, state_of
from dihya_rgpd.vanishing import POSTGRES_FILES, POSTGRES_LOG, SQLITE_LOG


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ({}, "done"),
        ({"missing": [], "residual": [], "held": 0, "stamp": None, "remains": []}, "done"),
        ({"remains": [POSTGRES_LOG], "stamp": None}, "done"),
        ({"remains": [POSTGRES_FILES, POSTGRES_LOG]}, "incomplete"),
        ({"remains": [SQLITE_LOG]}, "incomplete"),
        ({"stamp": {"tables": ["x"]}}, "incomplete"),
        ({"missing": ["storage"]}, "incomplete"),
        ({"residual": ["pret_borrowers"]}, "incomplete"),
        ({"held": 1}, "incomplete"),
    ],
)
def test_a_demand_is_done_when_nothing_is_missing_held_or_left_on_the_disk(result, state):
    """What is only said, such as the server's own log, keeps nothing open."""
    assert state_of(result) == state


@pytest.mark.parametrize("code", [SQLITE_LOG, POSTGRES_FILES, POSTGRES_LOG])
def test_every_place_has_a_sentence(code):
    """Where bytes remain and until when is said in words."""
    assert "Bytes remain" in sentence(code)


def test_answers_of_one_place_become_one():
    """Counts of the same table, basis, end and reason are added up; others stay apart."""
    found = merged(
        [Erasure("a", removed=1), Erasure("a", removed=2), Erasure("a", retained=1, basis="x"), Erasure("b")]
    )
    assert [(one.source, one.removed, one.retained) for one in found] == [("a", 3, 0), ("a", 0, 1), ("b", 0, 0)]
    assert counts(found) == {"removed": 3, "anonymised": 0, "retained": 1}


def test_subjects_are_sorted_by_table():
    """Keys are gathered below the table of their subject."""
    assert by_table([Subject("a", "1", "p"), Subject("b", "2", "p"), Subject("a", "3", "p")]) == {
        "a": ["1", "3"],
        "b": ["2"],
    }
