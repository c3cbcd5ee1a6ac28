"""Several changes of one row within an act are one."""

import pytest
from dihya_db.change_tracking import Changes
from dihya_db.statements import Change


def merged(*kinds):
    changes = Changes()
    for kind, *columns in kinds:
        changes.note(Change("t", "1", kind, tuple(columns)))
    return [(change.kind, change.columns) for change in changes.take()]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([("insert", "a"), ("update", "b")], [("insert", ("a", "b"))]),
        ([("update", "a"), ("update", "b")], [("update", ("a", "b"))]),
        ([("update", "a"), ("delete",)], [("delete", ("a",))]),
        ([("insert", "a"), ("delete",)], []),
        ([("delete",), ("insert", "a")], [("update", ("a",))]),
    ],
)
def test_several_changes_of_one_row_are_one(kinds, expected):
    """A row that was added and removed within one act never was."""
    assert merged(*kinds) == expected
