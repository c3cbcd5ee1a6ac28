"""What people call somebody: name and address, as their own row says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dihya_hookspecs.rgpd import Subject

from .planning import Fate, rows_about

if TYPE_CHECKING:
    from .service import DataSubjects

CATEGORIES = ("name", "contact.email")
EMPTIED = "erased-"
"""What stands at the beginning of a value that was emptied and may not be absent."""


def captions_of(desk: DataSubjects, subjects: Sequence[Subject]) -> dict[str, str]:
    """Return by ``table:key`` what people call each of *subjects*; nothing where their row says nothing."""
    found = {}
    for one in subjects:
        present = desk.reach.present() & {one.table}
        fates = rows_about(desk.session, desk.annotations, {one.table: [one.key]}, present).get(one.table, {})
        found[f"{one.table}:{one.key}"] = " ".join([word for fate in fates.values() for word in _words(fate)][:4])
    return found


def _words(fate: Fate) -> list[str]:
    columns = [
        column
        for group in fate.groups
        for column in group.columns
        if column.info["rgpd"].category.startswith(CATEGORIES)
    ]
    values = [str(fate.row[column.key] or EMPTIED) for column in columns]
    return [value for value in values if not value.startswith(EMPTIED)]
