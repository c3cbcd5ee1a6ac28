"""The code that was replaced or taken out can be put back."""

import time
import zipfile

import pytest
from dihya_hookspecs.wheels import inspected
from dihya_plugins.kept import forget, keep, kept
from dihya_plugins.packages import write_record
from dihya_plugins.swap import Move

METADATA = "Metadata-Version: 2.1\nName: dihya-club\nVersion: 0.1.0\n"


@pytest.fixture
def moved(tmp_path):
    """A move that took version 0.1.0 of a plugin out."""
    move = Move("club", str(tmp_path / "site"), "0.2.0", new=["dihya_club"])
    old = move.stage / "old"
    (old / "dihya_club" / "__pycache__").mkdir(parents=True)
    (old / "dihya_club" / "__init__.py").write_text('"""A club."""\n')
    (old / "dihya_club" / "__pycache__" / "x.pyc").write_bytes(b"x")
    info = old / "dihya_club-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    (info / "entry_points.txt").write_text("[dihya.plugins]\nclub = dihya_club\n")
    (info / "INSTALLER").write_text("pip\n")
    write_record(old, info.name)
    return move


def test_what_was_taken_out_is_a_wheel_that_can_be_installed(tmp_path, moved):
    """Whole, with its own list of digests, and without what the installation had added."""
    assert keep(tmp_path, moved, revision="club_0001")
    (one,) = kept(tmp_path)
    assert (one.name, one.version, one.revision, one.replaced) == ("club", "0.1.0", "club_0001", True)
    parcel = inspected(one.wheel)
    assert (parcel.name, parcel.version) == ("club", "0.1.0")
    with zipfile.ZipFile(one.wheel) as archive:
        assert not [name for name in archive.namelist() if "pycache" in name or name.endswith("INSTALLER")]


def test_what_was_taken_out_is_kept_whatever_the_clock_says(tmp_path, moved, monkeypatch):
    """A board without a battery starts in 1970, which ZIP cannot say; an uninstallation ends all the same."""
    monkeypatch.setattr(time, "localtime", lambda *given: time.gmtime(0))
    assert keep(tmp_path, moved, revision=None)
    assert inspected(next(kept(tmp_path)).wheel).version == "0.1.0"


def test_only_the_last_version_is_kept(tmp_path, moved):
    """What was kept before goes, also when there is nothing to be kept this time; so does what is forgotten."""
    keep(tmp_path, moved, revision=None)
    assert not keep(tmp_path, Move("club", str(tmp_path / "other"), "0.2.0"), revision=None)
    assert list(kept(tmp_path)) == []
    keep(tmp_path, moved, revision=None)
    forget(tmp_path, "club")
    assert list(kept(tmp_path)) == []


def test_a_full_disk_keeps_nothing_and_stops_nothing(tmp_path, moved):
    """The change itself has succeeded by then."""
    (tmp_path / ".install").write_text("no folder")
    assert not keep(tmp_path, moved, revision=None)


def test_what_cannot_be_read_is_not_kept(tmp_path, moved):
    """A half-written folder is passed over."""
    keep(tmp_path, moved, revision=None)
    (tmp_path / ".install" / "kept" / "club" / "kept.json").write_text("{")
    assert list(kept(tmp_path)) == []
