"""Blobs: bytes, holders, and what becomes of both."""

from __future__ import annotations

import hashlib
import threading

import pytest
from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.storage import Blobs
from dihya_storage.files import Files

DATA = b"Azul " * 100
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def app(make_app):
    return make_app("storage")


def put(act, data=DATA, **options):
    options = {"media_type": "text/plain", "filename": "azul.txt", "purpose": "test", **options}
    return act.get(Blobs).put(data, **options)


def stored(app) -> list[str]:
    return sorted(digest for digest, _ in Files(app.data / "blobs").names())


def test_what_is_put_can_be_read(app):
    """The digest of the bytes names them, and gives back bytes and facts."""
    with app.act() as act:
        blob = put(act, owner="p1")
        assert (blob.digest, blob.size, blob.owner) == (DIGEST, 500, "p1")
    with app.act() as act:
        assert act.get(Blobs).read(DIGEST) == DATA and act.get(Blobs).get(DIGEST) == blob
        assert b"".join(act.get(Blobs).chunks(DIGEST, 5, 12)) == DATA[5:12]
        assert b"".join(act.get(Blobs).chunks(DIGEST, 490, 9999)) == DATA[490:]


def test_the_same_again_changes_nothing(app):
    """The same bytes for the same owner and purpose are one holding; the first name stays."""
    with app.act() as act:
        assert put(act) == put(act, filename="other.txt")
    from dihya_storage.models import Holding

    with app.act() as act:
        assert act.session.query(Holding).count() == 1
    assert stored(app) == [DIGEST]


def test_bytes_stay_while_somebody_holds_them(app):
    """Of two holders one can let go; the bytes go with the last."""
    with app.act() as act:
        put(act, owner="p1")
        put(act, owner="p2")
    with app.act() as act:
        act.get(Blobs).remove(DIGEST, owner="p1")
    with app.act() as act:
        assert act.get(Blobs).read(DIGEST) == DATA
        act.get(Blobs).remove(DIGEST, owner="p2", purpose="other")
    assert stored(app) == [DIGEST]
    with app.act() as act:
        act.get(Blobs).remove(DIGEST, owner="p2", purpose="test")
    assert stored(app) == []
    with app.act() as act, pytest.raises(NotFound):
        act.get(Blobs).read(DIGEST)


def test_a_failed_removal_removes_nothing(app):
    """When the act fails after a removal, row and bytes are both still there."""
    with app.act() as act:
        put(act)
    with pytest.raises(RuntimeError), app.act() as act:
        act.get(Blobs).remove(DIGEST)
        raise RuntimeError
    with app.act() as act:
        assert act.get(Blobs).read(DIGEST) == DATA


def test_a_removal_inside_a_savepoint_waits_for_the_commit(app):
    """The end of a savepoint does not remove bytes; the commit of the act does."""
    with app.act() as act:
        put(act)
    with app.act() as act:
        with act.session.begin_nested():
            act.get(Blobs).remove(DIGEST)
        assert stored(app) == [DIGEST]
    assert stored(app) == []


def test_a_failed_act_leaves_an_orphan_and_no_row(app):
    """Bytes of an act that failed are there without a row, for the sweep; never a row without bytes."""
    with pytest.raises(RuntimeError), app.act() as act:
        put(act)
        raise RuntimeError
    assert stored(app) == [DIGEST]
    with app.act() as act, pytest.raises(NotFound):
        act.get(Blobs).get(DIGEST)


def test_a_removal_and_a_put_at_the_same_time(app):
    """Whoever wins, a committed row has its bytes."""
    with app.act() as act:
        put(act, owner="p1")
    ready = threading.Event()

    def remove():
        with app.act() as act:
            act.get(Blobs).remove(DIGEST, owner="p1")
        ready.set()

    with app.act() as act:
        act.get(Blobs).files.put(DIGEST, DATA)  # the bytes of p2 are written, the row is not
        thread = threading.Thread(target=remove)
        thread.start()
        assert ready.wait(10) and stored(app) == []
        thread.join()
        put(act, owner="p2")
    with app.act() as act:
        assert act.get(Blobs).read(DIGEST) == DATA


def test_bytes_that_vanish_before_the_commit_are_written_again(app):
    """When somebody removes the same bytes just before the commit, they are back after it."""
    with app.act() as act:
        put(act)
        act.get(Blobs).files.delete(DIGEST)
    assert stored(app) == [DIGEST]


def test_damage_is_noticed(app):
    """A changed byte makes reading fail, with the blob's name, before the last chunk is given."""
    with app.act() as act:
        put(act)
    path = app.data / "blobs" / DIGEST[:2] / DIGEST
    path.write_bytes(b"X" + DATA[1:])
    with app.act() as act:
        with pytest.raises(DihyaError, match=f"blob {DIGEST} is damaged"):
            act.get(Blobs).read(DIGEST)
        assert b"".join(act.get(Blobs).chunks(DIGEST, 1, 5)) == DATA[1:5]


def test_large_files_come_in_chunks(make_app):
    """A file of several chunks arrives whole, and in parts."""
    app = make_app("storage")
    data = bytes(range(256)) * 5000
    with app.act() as act:
        blob = put(act, data)
        chunks = list(act.get(Blobs).chunks(blob.digest))
        assert b"".join(chunks) == data and len(chunks) == 5
        assert b"".join(act.get(Blobs).chunks(blob.digest, 262000, 263000)) == data[262000:263000]


def test_an_empty_file_is_a_file(app):
    """Nothing is also something that can be kept."""
    with app.act() as act:
        blob = put(act, b"")
    with app.act() as act:
        assert act.get(Blobs).read(blob.digest) == b""


def test_too_large(make_app):
    """More than storage.max_size bytes are refused with 413."""
    app = make_app("storage", config={"storage": {"max_size": 499}})
    with pytest.raises(Invalid, match="at most 499") as caught, app.act() as act:
        put(act)
    assert caught.value.status == 413 and stored(app) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("media_type", "text"), ("media_type", "text/html\r\nX: y"), ("filename", ""), ("filename", "a\nb"),
        ("filename", "x" * 256), ("purpose", ""), ("owner", "x" * 65),
    ],
)  # fmt: skip
def test_what_cannot_be_stored(app, field, value):
    """Names and kinds that would break a header or a column are refused, each with its pointer."""
    with pytest.raises(Invalid) as caught, app.act() as act:
        put(act, **{field: value})
    assert [flaw.pointer for flaw in caught.value.flaws] == [f"/{field}"]


@pytest.mark.parametrize("digest", ["../../etc/passwd", "x", "A" * 64, ""])
def test_what_is_no_digest(app, digest):
    """Anything but a digest is not found, and never a path."""
    with app.act() as act, pytest.raises(NotFound):
        act.get(Blobs).read(digest)
    with pytest.raises(NotFound):
        Files(app.data / "blobs").read(digest)


def test_every_change_is_audited_without_the_filename(app):
    """Storing and removing are in the trail, by row; names of files are not."""
    with app.act() as act:
        put(act, filename="Tin-Hinan.txt")
    with app.act() as act:
        act.get(Blobs).remove(DIGEST)
    kinds = [event.action for event in app.trail if (event.object or "").startswith("storage_blobs")]
    assert kinds == ["insert", "delete"] and "Tin-Hinan" not in repr(app.trail)


def test_the_health_check_fails_without_a_folder(app, monkeypatch):
    """The check writes and reads a file; it fails when that cannot be done."""
    from dihya_storage import files
    from dihya_storage.service import probe

    with app.act():
        assert "takes files" in probe()
    assert stored(app) == []
    (app.data / "blobs" / ".lock").unlink()
    (app.data / "blobs").rename(app.data / "moved")
    (app.data / "blobs").write_text("not a folder")
    with app.act(), pytest.raises(DihyaError, match="cannot be made"):
        probe()
    assert files.GRACE == 3600


@pytest.mark.parametrize("digest", ["", "\0", "a" * 63, "A" * 64, "é" * 64, "../" * 20, f"{DIGEST}\n"])
def test_what_is_no_digest_names_nothing(app, digest):
    """Whatever is asked for under a name that cannot be one is not there, on every engine."""
    with app.act() as act, pytest.raises(NotFound):
        act.get(Blobs).get(digest)


CALLED = {"media_type": "text/plain", "filename": "azul.txt", "purpose": "test"}


def test_what_was_made_of_a_file_goes_with_it(app):
    """Also what was made of that; other people's files of the same bytes stay."""
    with app.act() as act:
        blobs = act.get(Blobs)

        def made(data, source, owner="p1"):
            with blobs.open_writer() as writer:
                writer.write(data)
                return writer.commit(**CALLED, owner=owner, derived_from=source).digest

        original = put(act, owner="p1").digest
        small = made(b"small", original)
        assert blobs.get(small).derived_from == original
        made(b"tiny", small)
        put(act, b"small", owner="p2")
    with app.act() as act:
        act.get(Blobs).remove(original, owner="p1")
    assert stored(app) == [small]


def test_what_was_made_of_a_file_stays_while_its_owner_holds_that_for_something_else(app):
    """It goes with the last holding."""
    with app.act() as act:
        original = put(act, owner="p1").digest
        put(act, owner="p1", purpose="other")
        with act.get(Blobs).open_writer() as writer:
            writer.write(b"small")
            writer.commit(**CALLED, owner="p1", derived_from=original)
    with app.act() as act:
        act.get(Blobs).remove(original, owner="p1", purpose="test")
    assert len(stored(app)) == 2
    with app.act() as act:
        act.get(Blobs).remove(original, owner="p1")
    assert stored(app) == []


def test_nothing_is_made_of_a_file_that_its_owner_does_not_hold(app):
    """Somebody else's file is not found."""
    with app.act() as act:
        original = put(act, owner="p1").digest
        with act.get(Blobs).open_writer() as writer, pytest.raises(NotFound):
            writer.write(b"small")
            writer.commit(**CALLED, owner="p2", derived_from=original)


def test_a_file_is_its_holders_and_administrators(app):
    """To others it is not there, and somebody unknown holds nothing."""
    from dihya_hookspecs.access import Actor

    with app.act() as act:
        put(act, owner="p1")
        blobs = act.get(Blobs)
        assert blobs.visible(DIGEST, Actor("p1", "P")).owner == "p1"
        assert blobs.visible(DIGEST, Actor("p9", "P", frozenset({"admin"}))).owner == "p1"
        for actor in (None, Actor("p2", "P"), Actor("", "P")):
            with pytest.raises(NotFound):
                blobs.visible(DIGEST, actor)
