"""What counts as one change of one row."""

import pytest
from dihya_core.changes import Change, _merge


def merged(*kinds):
    changes = {}
    for kind, *columns in kinds:
        _merge(changes, Change("t", "1", kind, tuple(columns)))
    return [(change.kind, change.columns) for change in changes.values()]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([("insert", "a"), ("update", "b")], [("insert", ("a", "b"))]),
        ([("update", "a"), ("update", "b")], [("update", ("a", "b"))]),
        ([("update", "a"), ("delete",)], [("delete", ("a",))]),
        ([("insert", "a"), ("delete",)], []),
    ],
)
def test_several_flushes_of_one_row_are_one_change(kinds, expected):
    """Added and removed within one act never happened."""
    assert merged(*kinds) == expected
