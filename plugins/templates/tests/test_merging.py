"""Three versions of a text become one."""

from __future__ import annotations

from dihya_templates.merging import merged
from hypothesis import given
from hypothesis import strategies as st

LINES = st.lists(st.sampled_from("abcd"), max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(LINES, LINES)
def test_what_one_side_leaves_alone_is_as_the_other_has_it(base, other):
    """Whichever side it is, and where both did the same."""
    assert merged(base, base, other) == merged(base, other, base) == merged(base, other, other) == (other, 0)


@given(LINES, LINES, LINES)
def test_no_line_of_either_side_is_lost(base, mine, new):
    """What either side added is in the result, in a conflict or out of it."""
    text, line = merged(base, mine, new)
    for each in {*mine, *new} - {*base}:
        assert each in text
    assert (line > 0) == ("<<<<<<< yours\n" in text)


def test_changes_apart_from_each_other_are_both_there():
    """Changes of different lines are both made; of the same line they are a conflict, at its line."""
    assert merged("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n") == ("A\nb\nC\n", 0)
    assert merged("a\nb\nc\n", "a\nB\nc\n", "a\nX\nc\n") == (
        "a\n<<<<<<< yours\nB\n=======\nX\n>>>>>>> new version\nc\n",
        2,
    )


def test_a_last_line_without_an_end_keeps_the_markers_apart():
    """Files of authors do not always end in a line break."""
    assert "B\n=======" in merged("a", "B", "C")[0]
