"""Names of plugins that outlive a start."""

import json

from dihya_core.loading.memory import GONE, HERE, note, remember, remembered, uninstalled


def test_what_is_remembered_is_the_owners_alone(tmp_path):
    """The files are the owner's, as everything in the data folder is, so that a first start has nothing to close."""
    remember(tmp_path, ["one"])
    note(tmp_path, "two", gone=True)
    assert remembered(tmp_path) == ["one"]
    assert [(tmp_path / name).stat().st_mode & 0o077 for name in (HERE, GONE)] == [0, 0]


def test_what_has_not_changed_is_not_written_again(tmp_path):
    """A server that only reads its folder may be started often; without a folder nothing is written."""
    remember(tmp_path, ["one"])
    before = (tmp_path / HERE).stat().st_mtime_ns
    remember(tmp_path, ["one"])
    note(tmp_path, "one", gone=False)
    assert (tmp_path / HERE).stat().st_mtime_ns == before and not (tmp_path / GONE).exists()
    remember(tmp_path / "nowhere", ["one"])
    assert not (tmp_path / "nowhere").exists()


def test_who_was_uninstalled_is_remembered(tmp_path):
    """The note stays until it is installed again; a file that cannot be read is as if there were none."""
    note(tmp_path, "club", gone=True)
    note(tmp_path, "notes", gone=True)
    note(tmp_path, "club", gone=False)
    assert uninstalled(tmp_path) == ["notes"]
    for text in ("{", json.dumps({"a": 1})):
        (tmp_path / "uninstalled.json").write_text(text)
        assert uninstalled(tmp_path) == []
