"""Rows of somebody else, and of roles that one does not have."""

from dihya_tests.exploits.sowing import Row
from dihya_tests.exploits.surface import Route
from dihya_tests.exploits.trespass import naming


def test_a_view_that_does_not_ask_whose_a_row_is_is_found(found):
    """The note of somebody else is shown by the view that takes it by its key, and changed by another one."""
    holes = found("another_owner")
    assert holes["GET /holes/notes-by-hand/<uuid:id>"] == "shows 'title' of somebody else's row of holes_notes"
    assert set(holes) == {"GET /holes/notes-by-hand/<uuid:id>", "POST /holes/notes-by-hand/<uuid:id>/approve"}


def test_a_permission_to_read_that_changes_something_is_found(found):
    """Whoever may read a note approves it; the routes of the resource, which ask for the right to write, are not told."""
    assert found("another_role")["POST /holes/notes-by-hand/<uuid:id>/approve"] == (
        "changes a row of holes_notes for who may not write it"
    )


def test_a_name_that_means_a_row_gets_its_key():
    """An ``id``, or the name of a table in the singular, is filled with the key of a row; other names are not."""
    route = Route("GET", "/x", "x", print, reads={"query": {"id", "note", "word"}})
    row = Row("holes_notes", "7", "", {}, frozenset())
    assert naming(route, [row]) == {"id": "7", "note": "7"}
