"""Rows in which every text is known again."""

from dihya_tests.exploits.sowing import iban, owner_columns
from dihya_tests.workflows.filling import Filling
from stdnum import iban as known


def test_rows_have_an_owner_and_words_of_their_own(holes):
    """Each of two owners has a row in every table, and no word of one stands in a row of the other."""
    mine, theirs = holes.sown()
    assert {row.table for row in mine} == {"holes_notes", "holes_posts"}
    note = next(row for row in mine if row.table == "holes_notes")
    assert note.owner == holes.owners[0].id and {"title", "body", "source"} <= set(note.words)
    assert not {word for row in mine for word in row.words.values()} & {
        word for row in theirs for word in row.words.values()
    }


def test_the_scope_says_whose_a_row_is(holes):
    """The column that a rule names holds the owner; a table without one has none."""
    assert [owner_columns(holes.models[name]) for name in ("holes_notes", "holes_posts")] == [["owner"], []]


def test_an_account_number_is_a_valid_one():
    """The check digits of a made-up IBAN are right."""
    assert all(known.is_valid(iban()) for _ in range(20))


def test_what_lies_within_a_record_finds_room_there(walked):
    """A member that is sown has left long after they joined, so that a loan of theirs has days to lie between."""
    rows = walked.rows_around("walked_loans", walked.everyone)
    since = Filling(walked.resources["walked_loans"], rows).values["since"]
    members = walked.stored("walked_members")["walked_members"]
    assert all(str(members[row.id]["joined"]) < since < str(members[row.id]["left"]) for row in rows) and rows
