"""The table of holdings."""

from __future__ import annotations

from dihya_hookspecs.data import Personal
from dihya_storage.models import Holding


def test_what_is_about_a_person_says_so():
    """Owner and file name are personal and lead to the owner; nothing else is."""
    declared = {column.key: column.info["rgpd"] for column in Holding.__table__.columns}
    personal = {name for name, value in declared.items() if isinstance(value, Personal)}
    assert personal == {"owner", "filename"} and declared["filename"].subject == "owner"
