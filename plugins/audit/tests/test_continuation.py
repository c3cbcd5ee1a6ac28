"""The event that bridges a break: read from an entry only when it is one, and said in one sentence."""

from __future__ import annotations

import json

import pytest
from dihya_audit.continuation import ACTION, Continuation, flaw
from dihya_audit.envelope import seal

WHOLE = Continuation(8, "2026-11-23T10:00:00.000000Z", "p1", "the disk failed", 17, "ab" * 32, 8, "cd" * 32)


def envelope(make_event, **facts):
    return seal(make_event(action=ACTION, at=WHOLE.at, actor="p1", facts={**WHOLE.facts(), **facts}))


def test_what_is_recorded_is_read_again(make_event):
    """An entry that records a continuation gives it back; any other entry gives none."""
    assert Continuation.read(8, envelope(make_event)) == WHOLE
    assert Continuation.read(9, envelope(make_event)) is None, "it does not stand where it says that it stands"
    assert Continuation.read(8, seal(make_event())) is None


@pytest.mark.parametrize(
    "facts", [{"signed.size": "17"}, {"kept.size": True}, {"from.size": 9}, {"from.size": None}], ids=str
)
def test_half_a_continuation_is_none(make_event, facts):
    """Facts that do not say what they must explain nothing."""
    assert Continuation.read(8, envelope(make_event, **facts)) is None


def test_an_event_without_the_facts_is_none(make_event):
    """The name alone makes no continuation."""
    assert Continuation.read(0, seal(make_event(action=ACTION))) is None
    assert Continuation.read(0, f'"action":"{ACTION}" no JSON') is None


def test_a_recorded_run_covers_its_parts_and_nothing_else():
    """A flaw of entries 5 to 9 covers entry 7, and neither entry 10 nor another flaw."""
    found = Continuation(
        12, WHOLE.at, None, "x", 12, "", 12, "", (flaw("altered", "differs", 5, 9), flaw("a", "b", None, None))
    )
    assert found.covers("altered", "differs", 7, None) and found.covers("altered", "differs", 5, 9)
    assert not found.covers("altered", "differs", 10, None) and not found.covers("altered", "differs", 8, 10)
    assert not found.covers("missing", "differs", 7, None) and not found.covers("altered", "is", 7, None)
    assert found.covers("a", "b", None, None) and not found.covers("a", "c", None, None)


def test_the_sentence_says_what_is_lost_and_what_is_not_proven():
    """Date, quoted reason, entries that are not in the log any more, and entries on somebody's word."""
    assert WHOLE.line() == (
        'at entry 8, on 2026-11-23, because "the disk failed"; 9 entries that had been signed are not in it'
    )
    forged = Continuation(8, WHOLE.at, None, "a\nverified: forged", 8, "", 5, "", (flaw("a", "b", 1, None),))
    assert "\n" not in forged.line() and "entries 5 to 7 are in it on that person's word" in forged.line()
    assert forged.line().endswith("1 flaw recorded")
    json.dumps(forged.data())
