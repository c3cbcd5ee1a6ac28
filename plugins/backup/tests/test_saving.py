"""A backup is whole or not there, and holds what the snapshot refers to."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_backup.container import unpack
from dihya_backup.saving import parts_of, room, save
from dihya_backup.seal import recipients
from dihya_hookspecs import DihyaError, Invalid, hookimpl
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.backup import BackupPart
from dihya_hookspecs.storage import Blobs


def made(app, target, key, config=None):
    with app.act() as act:
        return save(target, act.get(AppInfo), parts_of(act.get(Plugins)), recipients([key.public]), key, config)


def plugin(*parts):
    return SimpleNamespace(register_backup_parts=hookimpl(lambda: list(parts)), __name__="dihya_fake")


def test_it_holds_parts_loose_files_and_settings(make_app, key, tmp_path):
    """The database, every file that nobody claims, the configuration without its places, and the plugins by version."""
    app = make_app("backup", "storage")
    (app.data / "keys").mkdir()
    (app.data / "keys" / "strange").write_text("secret")
    (tmp_path / "c.toml").write_text("[db]\nurl = 'x'\necho = false\n")
    manifest = made(app, tmp_path / "b", key, tmp_path / "c.toml")
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    unpack(tmp_path / "b", key, tmp_path / "out")
    assert (tmp_path / "out/files/keys/strange").read_text() == "secret"
    assert (tmp_path / "out/settings/dihya.toml").read_text() == "[db]\necho = false\n"
    assert "parts/db/about.json" in manifest.files and manifest.parts == ["db", "storage"]
    assert {"backup", "db", "storage"} <= manifest.plugins.keys()
    assert not [name for name in manifest.files if name.startswith("files/blobs") or "dihya.db" in name]
    assert not list((app.data / "work").glob("backup-*"))


def test_an_existing_file_is_never_overwritten(make_app, key, tmp_path):
    """Not even one that came up while the backup was being made."""
    app = make_app("backup")
    (tmp_path / "b").write_text("precious")
    with pytest.raises(Invalid, match="exists already"):
        made(app, tmp_path / "b", key)

    late = BackupPart("fake", save=lambda folder: (tmp_path / "late").write_text("precious"))
    app = make_app("backup", plugins={"fake": plugin(late)})
    with pytest.raises(Invalid, match="exists already"):
        made(app, tmp_path / "late", key)
    assert (tmp_path / "late").read_text() == (tmp_path / "b").read_text() == "precious"
    assert not list(tmp_path.glob("*.part"))


def test_a_part_that_fails_leaves_no_file(make_app, key, tmp_path):
    """The plugin is named, and nothing is left of the backup."""

    def fail(folder):
        raise OSError(28, "No space left on device")

    app = make_app("backup", plugins={"fake": plugin(BackupPart("fake", save=fail))})
    with pytest.raises(DihyaError, match="'fake' could not save its part: No space left"):
        made(app, tmp_path / "b", key)
    assert not (tmp_path / "b").exists() and not list(tmp_path.glob("*.part"))
    assert not list((app.data / "work").glob("backup-*"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence(make_app, key, tmp_path, monkeypatch):
    """It says that there is no space, and no half file is left."""
    app = make_app("backup")
    from dihya_backup import saving

    monkeypatch.setattr(saving, "_sealed", lambda path: Path("/dev/full").open("wb", buffering=0))  # noqa: SIM115
    with pytest.raises(DihyaError, match="cannot be written: No space left on device"):
        made(app, tmp_path / "b", key)
    assert not (tmp_path / "b").exists()


def test_parts_come_in_their_moments(make_app, key, tmp_path):
    """Before the snapshot, the snapshot, after it; holds embrace them all."""
    order = []
    from contextlib import contextmanager

    @contextmanager
    def hold():
        order.append("hold")
        yield
        order.append("release")

    parts = [
        BackupPart("fake-c", save=lambda folder: order.append("after")),
        BackupPart("fake-b", save=lambda folder: order.append("snapshot"), moment="snapshot"),
        BackupPart("fake-a", save=lambda folder: order.append("before"), moment="before", hold=hold),
    ]
    made(make_app("backup", plugins={"fake": plugin(*parts)}), tmp_path / "b", key)
    assert order == ["hold", "before", "snapshot", "after", "release"]


def test_a_file_removed_meanwhile_is_in_it_and_goes_afterwards(make_app, key, tmp_path):
    """What the snapshot refers to is saved although its last holder went; then its bytes go at last."""
    app = make_app("backup", "storage", plugins={})
    with app.act() as act:
        digest = act.get(Blobs).put(b"bytes", media_type="text/plain", filename="f", purpose="p").digest

    def remove(folder):
        with app.act() as act:
            act.get(Blobs).remove(digest)

    (app.data / "x").touch()
    with app.act() as act:
        parts = [*parts_of(act.get(Plugins)), ("fake", BackupPart("fake", save=remove, moment="snapshot"))]
        parts.sort(key=lambda pair: pair[0] == "storage")
        manifest = save(tmp_path / "b", act.get(AppInfo), parts, recipients([key.public]), key, None)
    assert f"parts/storage/{digest[:2]}/{digest}" in manifest.files
    assert not list((app.data / "blobs").glob(f"*/{digest}"))
    assert not list((app.data / "blobs").glob(".gone-*"))


def test_a_key_made_meanwhile_is_in_it(make_app, key, tmp_path):
    """The snapshot may refer to it."""
    made_key = BackupPart("fake", save=lambda folder: (app.data / "late-key").write_text("k"))
    app = make_app("backup", plugins={"fake": plugin(made_key)})
    assert "files/late-key" in made(app, tmp_path / "b", key).files


def test_one_at_a_time_and_leftovers_go(tmp_path):
    """A second backup is refused, and what a killed one left is removed by the next."""
    left = tmp_path / "work" / "backup-1"
    left.mkdir(parents=True)
    with room(tmp_path) as folder:
        assert not left.exists() and list(folder.iterdir()) == []
        with pytest.raises(Invalid, match="under way"), room(tmp_path):
            pass
    assert not folder.exists()
