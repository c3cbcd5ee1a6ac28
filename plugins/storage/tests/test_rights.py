"""What a person's rights mean for files."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.rgpd import Demand, Subject
from dihya_hookspecs.storage import Blobs


def find_actor(request):
    """Recognises nobody, and so has the accounts."""


@pytest.fixture
def app(make_app):
    doors = SimpleNamespace(find_actor=hookimpl(find_actor), __name__="dihya_doors")
    app = make_app("storage", plugins={"doors": doors})
    with app.act() as act:
        for owner, data in (("p1", b"of both"), ("p2", b"of both"), ("p1", b"of p1"), ("p2", b"of p2")):
            act.get(Blobs).put(data, media_type="text/plain", filename="né e.txt", purpose="test", owner=owner)
    return app


def call(app, hook, subject, kind):
    with app.act():
        return [answer for _, answer in app.hooks.call(hook, subject=subject, demand=Demand("d1", kind))]


def test_an_export_has_the_files_of_this_person(app):
    """The person gets the bytes of the own files, nothing of others, and no row that the annotated table gives already."""
    [found] = call(app, "on_rgpd_export", Subject("doors_accounts", "p1", "doors"), "export")
    assert sorted(found.files.values()) == [b"of both", b"of p1"] and found.rows == ()
    assert all(name.endswith("-né_e.txt") for name in found.files)


def test_one_lost_file_leaves_the_others_in_the_export(app):
    """A blob whose bytes are gone is named as a gap, and every other file of the person is still given."""
    with app.act() as act:
        lost = act.get(Blobs).put(b"gone", media_type="text/plain", filename="x", purpose="test", owner="p1")
    (path,) = (app.data / "blobs").glob(f"*/{lost.digest}")
    path.unlink()
    [found] = call(app, "on_rgpd_export", Subject("doors_accounts", "p1", "doors"), "export")
    assert sorted(found.files.values()) == [b"of both", b"of p1"]
    assert len(found.gaps) == 1 and lost.digest[:12] in found.gaps[0]


def test_erasure_removes_what_only_this_person_held(app):
    """The person's holdings go; bytes that somebody else holds stay; a second run changes nothing."""
    subject = Subject("doors_accounts", "p1", "doors")
    [found] = call(app, "on_rgpd_erase", subject, "erase")
    assert (found.source, found.removed) == ("storage_blobs", 2)
    left = b"".join(path.read_bytes() for path in (app.data / "blobs").glob("*/*"))
    assert b"of p1" not in left and b"of both" in left and b"of p2" in left
    assert call(app, "on_rgpd_erase", subject, "erase") == []


def test_other_subjects_are_not_ours(app):
    """A subject of another table has no files here."""
    subject = Subject("association_members", "p1", "association")
    assert call(app, "on_rgpd_export", subject, "export") == call(app, "on_rgpd_erase", subject, "erase") == []
