"""Old files out, new files in, and back, from wherever it was interrupted."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_plugins.repair import JOURNAL
from dihya_plugins.swap import Move, alone, entries, found


@pytest.fixture
def move(tmp_path):
    """A plugin's old files in their place, its new ones beside."""
    place = tmp_path / "site"
    one = Move("club", str(place), "2", ["club-1.info", "club"], ["club-2.info", "club"])
    for folder, version, names in ((place, "1", one.old), (one.stage / "new", "2", one.new)):
        for name in names:
            (folder / name).mkdir(parents=True)
            (folder / name / "version").write_text(version)
    (place / "other").mkdir()
    return one


def there(move):
    """What lies in the place, with its versions."""
    place = move.stage.parent
    return {path.parent.name: path.read_text() for path in place.glob("[!.]*/version")}


OLD = {"club-1.info": "1", "club": "1"}
NEW = {"club-2.info": "2", "club": "2"}


def test_there_and_back(move):
    """What belongs to others stays."""
    move.swap()
    assert there(move) == NEW and (move.stage.parent / "other").is_dir()
    move.swap()
    assert there(move) == NEW
    move.unswap()
    assert there(move) == OLD
    move.unswap()
    assert there(move) == OLD


@pytest.mark.parametrize("count", range(4))
def test_an_interrupted_swap_is_finished_or_undone(move, monkeypatch, count, tmp_path):
    """After any number of renames."""
    from pathlib import Path

    rename, done = Path.rename, []

    def stop_after(self, target):
        if len(done) == count:
            raise KeyboardInterrupt
        done.append(self)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stop_after)
        with pytest.raises(KeyboardInterrupt):
            move.swap()
    move.unswap()
    assert there(move) == OLD
    done.clear()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stop_after)
        with pytest.raises(KeyboardInterrupt):
            move.swap()
    move.swap()
    assert there(move) == NEW


def test_the_journal_says_what_was_about_to_be_done(move, tmp_path):
    """Until it is ended; what waited is gone then."""
    assert found(tmp_path) is None
    move.write(tmp_path)
    assert found(tmp_path) == move
    move.end(tmp_path)
    assert found(tmp_path) is None and not move.stage.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"strange": 1}', "{"])
def test_a_journal_that_cannot_be_read_is_said(tmp_path, text):
    """Nothing is guessed."""
    (tmp_path / JOURNAL).write_text(text)
    with pytest.raises(DihyaError, match="cannot be read"):
        found(tmp_path)


def test_one_at_a_time(tmp_path):
    """Whoever comes second is told."""
    with alone(tmp_path / "data"), pytest.raises(Invalid, match="under way"), alone(tmp_path / "data"):
        raise AssertionError
    with alone(tmp_path / "data"):
        pass


def package(place, *files):
    """A distribution that lists these files."""
    from pathlib import PurePosixPath

    for file in files:
        path = place / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return SimpleNamespace(
        metadata={"Name": "dihya-club"}, files=[PurePosixPath(file) for file in files], locate_file=lambda path: place
    )


def test_what_belongs_to_a_package(tmp_path):
    """Its folders, and what an upgrade that was interrupted left of its metadata."""
    there = package(tmp_path, "dihya_club/__init__.py", "dihya_club-1.dist-info/RECORD")
    (tmp_path / "dihya_club-0.dist-info").mkdir()
    (tmp_path / "dihya_clubs-0.dist-info").mkdir()
    assert entries(there, tmp_path) == ["dihya_club", "dihya_club-0.dist-info", "dihya_club-1.dist-info"]
    assert entries(there, tmp_path / "elsewhere") == []


def test_what_has_files_elsewhere_cannot_be_moved(tmp_path):
    """A program in bin, for one."""
    with pytest.raises(Invalid, match="run 'pip uninstall dihya-club' first"):
        entries(package(tmp_path / "site", "dihya_club/__init__.py", "../bin/club"), tmp_path / "site")
