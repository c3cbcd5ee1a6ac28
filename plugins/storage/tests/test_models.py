"""The table of holdings."""

from __future__ import annotations

from dihya_hookspecs.data import Personal
from dihya_hookspecs.storage import Blobs
from dihya_storage.models import Holding


def test_what_is_about_a_person_says_so():
    """Owner and file name are personal and lead to the owner; nothing else is."""
    declared = {column.key: column.info["rgpd"] for column in Holding.__table__.columns}
    personal = {name for name, value in declared.items() if isinstance(value, Personal)}
    assert personal == {"owner", "filename"} and declared["filename"].subject == "owner"


def test_a_row_that_names_no_bytes_can_be_removed(make_app):
    """Somebody wrote into the table by hand: the row goes, the act is committed, and the bytes of others stay."""
    app, about = make_app("storage"), {"media_type": "text/plain", "filename": "x", "purpose": "test"}
    with app.act() as act:
        digest = act.get(Blobs).put(b"Azul", **about).digest
        act.session.add(Holding(digest="no digest", size=1, owner="", **about))
    with app.act() as act:
        act.get(Blobs).remove("no digest")
    with app.act() as act:
        assert [one.digest for one in act.session.query(Holding)] == [digest]
        assert act.get(Blobs).read(digest) == b"Azul"
