"""Rows of two people, with words that stand nowhere else."""

from pathlib import Path

import pytest
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.fields import Email, Flag, Phone, ShortText
from dihya_tests.suite import seeding
from dihya_tests.suite.subject import Plugin
from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, String, Table


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        (ShortText(80), "Canarytin001"), (String(12), "Canarytin001"), (Email(), "canarytin001@example.org"), (LargeBinary(), "Canarytin001"),
        (JSON(), "Canarytin001"), (Integer(), ""), (Flag(), ""), (String(3), ""),
    ],
)  # fmt: skip
def test_a_column_that_can_hold_a_word_holds_one(kind, seen):
    """Others hold what their kind takes, and tell nothing."""
    column = Table("a", MetaData(), Column("x", kind)).columns["x"]
    value, found = seeding.with_word(column, "Canarytin001", 0)
    assert found == seen and value is not None


def test_a_phone_number_is_one():
    """A seeded phone number is a valid one and is found again."""
    column = Table("a", MetaData(), Column("x", Phone())).columns["x"]
    value, found = seeding.with_word(column, "Canarytin001", 0)
    assert value == found and value.startswith("+33")


def test_a_word_of_a_person_stands_in_no_column_that_is_about_nobody():
    """Such a column outlives an erasure, and the word would be found in it."""
    plugin = Plugin("generation_logs", Path("x"))
    with plugin.running("keys", "rgpd", "securite") as app:
        tin, _ = seeding.sow(app, plugin.tables())
    held = [str(value) for row in tin.rows.values() for value in row.values()]
    assert [place for place, word in tin.words.items() if sum(word in value for value in held) != 1] == []


def test_two_people_share_no_word_and_each_is_known():
    """By the table whose rows are people."""
    plugin = Plugin("securite", Path("x"))
    with plugin.running("keys", "rgpd") as app:
        tin, ada = seeding.sow(app, plugin.tables())
    assert {one.table for one in tin.subjects} == {"securite_people"} == {one.table for one in ada.subjects}
    assert set(tin.words.values()).isdisjoint(ada.words.values())
    assert tin.rows["securite_sessions"]["person_id"] == tin.rows["securite_people"]["id"]


def test_a_log_is_begun_by_whoever_keeps_it_before_rows_are_sown_into_it():
    """Rows that nobody wrote through the plugin look like a log of somebody else; acts that come later go on in its own."""
    plugin = Plugin("audit", Path("x"))
    with plugin.running("keys") as app:
        tin, _ = seeding.sow(app, plugin.tables())
        with app.act("test", actor=SYSTEM) as act:
            act.record("test.later")
    assert tin.rows.keys() >= {"audit_outbox"}
    assert [event.action for event in app.trail] == ["check.sow", "test.later"]
