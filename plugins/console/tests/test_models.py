"""What the table of views says of itself."""

from __future__ import annotations

from dihya_console.models import View
from dihya_hookspecs.data import Personal


def test_what_a_person_writes_of_a_view_is_about_them() -> None:
    """Who keeps it, its name, and what it asks, in which a searched name may stand; the rest is about nobody."""
    said = {column.key for column in View.__table__.columns if isinstance(column.info.get("rgpd"), Personal)}
    assert said == {"person", "name", "question"}


def test_a_view_is_kept_as_long_as_the_account() -> None:
    """Each column of it says so."""
    said = [column.info["rgpd"] for column in View.__table__.columns if isinstance(column.info.get("rgpd"), Personal)]
    assert {each.retention for each in said} == {"account"} and {each.subject for each in said} == {"person"}
