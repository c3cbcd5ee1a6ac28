"""What is made of templates and blocks is kept as long as they are the same."""

from __future__ import annotations

from dihya_services.keeping import made_once


class Made:
    """Counts how often it is made."""

    count = 0

    def __init__(self, parts) -> None:
        Made.count += 1
        self.parts = tuple(parts)


def test_the_same_parts_are_read_once() -> None:
    """Other parts, fewer of them, or an equal one that is another object, are read anew."""
    one, two, equal = [1], [2], [1]
    first = made_once(Made, [one, two])
    assert made_once(Made, (one, two)) is first
    assert made_once(Made, [one]).parts == (one,)
    assert made_once(Made, [one, two]).parts == (one, two)
    assert made_once(Made, [equal, two]).parts[0] is equal
    assert Made.count == 4
