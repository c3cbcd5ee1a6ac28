"""The files in a backup."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.backup import Staging
from dihya_hookspecs.storage import Blobs
from dihya_storage import backup


def put(app, data=b"bytes"):
    with app.act() as act:
        return act.get(Blobs).put(data, media_type="text/plain", filename="f", purpose="p").digest


def test_no_bytes_go_while_a_backup_is_made(make_app):
    """A file whose last holder goes stays until the hold is over, and then goes."""
    app = make_app("storage")
    digest = put(app)
    with app.act(), backup.hold():
        with app.act() as act:
            act.get(Blobs).remove(digest)
        assert (app.data / "blobs" / digest[:2] / digest).exists()
    assert not (app.data / "blobs" / digest[:2] / digest).exists()
    assert not list((app.data / "blobs").glob(".gone-*"))


def test_bytes_that_are_held_again_stay(make_app):
    """What somebody stores again while the backup runs is not removed after it."""
    app = make_app("storage")
    digest = put(app)
    with app.act(), backup.hold():
        with app.act() as act:
            act.get(Blobs).remove(digest)
        put(app)
    with app.act() as act:
        assert act.get(Blobs).read(digest) == b"bytes"


def test_a_backup_that_was_killed_delays_a_removal_and_forgets_none(make_app):
    """What a killed backup kept from going is removed by the next health check."""
    app = make_app("storage")
    digest = put(app)
    with app.act() as act:
        files = act.get(Blobs).files
    with files.hold(), app.act() as act:
        act.get(Blobs).remove(digest)
    assert files.marked() == [digest] and files.has(digest)
    from dihya_storage.service import probe

    with app.act():
        probe()
    assert files.marked() == [] and not files.has(digest)


def test_files_come_back_and_only_those_that_the_database_names(make_app, tmp_path):
    """What no row names is dropped from what was put back, and what is missing stops the restoring."""
    app = make_app("storage")
    digest, folder = put(app), tmp_path / "part"
    folder.mkdir()
    with app.act() as act:
        act.get(Blobs).files.put("0" * 64, b"of an act that never committed")
        backup.save(folder)
    assert (folder / digest[:2] / digest).exists()
    staging = Staging(tmp_path / "new")
    staging.data.mkdir()
    with app.act():
        backup.restore(folder, staging)
    assert (staging.data / "blobs" / digest[:2] / digest).read_bytes() == b"bytes"
    with app.act() as act:
        assert backup.check() == "1 files, whole"
        assert not act.get(Blobs).files.has("0" * 64)
        act.get(Blobs).files.delete(digest)
        with pytest.raises(DihyaError, match="1 files are missing"):
            backup.check()


def test_a_folder_elsewhere_is_exchanged(make_app, tmp_path):
    """Where storage.url names a folder, the old one is kept beside, and undo brings it back."""
    place = tmp_path / "elsewhere"
    app = make_app("storage", config={"storage": {"url": str(place)}})
    digest, folder = put(app), tmp_path / "part"
    folder.mkdir()
    with app.act():
        backup.save(folder)
        staging = Staging(tmp_path / "new")
        staging.data.mkdir()
        backup.restore(folder, staging)
    (place / "mark").touch()
    (swap,) = staging.swaps
    kept = swap.put()
    assert (place / digest[:2] / digest).exists() and not (place / "mark").exists()
    assert kept.startswith(f"{place}.before-")
    swap.undo()
    assert (place / "mark").exists()
    swap.discard()
    assert sorted(path.name for path in tmp_path.glob("elsewhere*")) == ["elsewhere"]
