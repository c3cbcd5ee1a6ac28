"""Files that come bit by bit."""

from __future__ import annotations

import hashlib

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.storage import Blobs
from dihya_storage.files import Files

DATA = b"Azul " * 100
DIGEST = hashlib.sha256(DATA).hexdigest()
CALLED = {"media_type": "text/plain", "filename": "azul.txt", "purpose": "test"}


def test_a_file_that_comes_bit_by_bit_is_stored_whole(app):
    """Its digest and size are those of all its bytes, and nothing is left of the way it came."""
    with app.act() as act, act.get(Blobs).open_writer() as writer:
        for place in range(0, len(DATA), 7):
            writer.write(DATA[place : place + 7])
        blob = writer.commit(**CALLED)
        assert (blob.digest, blob.size) == (DIGEST, len(DATA))
    with app.act() as act:
        assert act.get(Blobs).read(DIGEST) == DATA
    assert list((app.data / "blobs" / ".incoming").iterdir()) == []


def test_a_file_is_never_whole_in_memory(app):
    """Writing and reading sixty megabytes takes less than eight of them."""
    import tracemalloc

    piece = bytes(256 * 1024)
    tracemalloc.start()
    with app.act() as act:
        with act.get(Blobs).open_writer() as writer:
            for _ in range(240):
                writer.write(piece)
            blob = writer.commit(**CALLED)
        assert sum(map(len, act.get(Blobs).chunks(blob.digest))) == blob.size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_too_many_bytes_are_refused_while_they_come(app):
    """As soon as they are too many, and nothing is left of them."""
    with app.act() as act, act.get(Blobs).open_writer(max_size=100) as writer:
        writer.write(bytes(100))
        with pytest.raises(Invalid, match="at most 100") as caught:
            writer.write(b"x")
        assert caught.value.status == 413
    assert stored(app) == [] and list((app.data / "blobs" / ".incoming").iterdir()) == []


def test_a_route_cannot_allow_more_than_the_setting(make_app):
    """The operator's limit holds."""
    app = make_app("storage", config={"storage": {"max_size": 10}})
    with (
        app.act() as act,
        act.get(Blobs).open_writer(max_size=100) as writer,
        pytest.raises(Invalid, match="at most 10"),
    ):
        writer.write(bytes(11))


def test_without_a_commit_nothing_is_stored(app):
    """A block that ends, or breaks off, leaves no bytes."""
    with app.act() as act, act.get(Blobs).open_writer() as writer:
        writer.write(DATA)
    assert stored(app) == [] and list((app.data / "blobs" / ".incoming").iterdir()) == []


def test_what_an_act_that_failed_had_brought_is_not_kept_beside(app):
    """The bytes wait to be swept, and the file by which they came is gone."""
    with pytest.raises(RuntimeError), app.act() as act, act.get(Blobs).open_writer() as writer:
        writer.write(DATA)
        writer.commit(**CALLED)
        raise RuntimeError
    assert list((app.data / "blobs" / ".incoming").iterdir()) == []
    with app.act() as act, pytest.raises(NotFound):
        act.get(Blobs).get(DIGEST)


@pytest.fixture
def app(make_app):
    return make_app("storage")


def stored(app) -> list[str]:
    return sorted(digest for digest, _ in Files(app.data / "blobs").names())
