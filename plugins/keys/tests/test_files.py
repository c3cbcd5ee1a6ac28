"""The folder of the keys."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from dihya_hookspecs import DihyaError
from dihya_keys.files import Folder, private
from dihya_keys.service import FileKeys
from dihya_keys.signing import LocalSigner


def test_only_the_owner_reads_a_key(tmp_path):
    """The folder is 0700 and the file 0600, also where the folder was open, and no draft stays."""
    folder = Folder(tmp_path / "keys")
    folder.path.mkdir(mode=0o755)
    folder.write("log", LocalSigner.create("log"))
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    (file,) = folder.path.iterdir()
    assert file.name == "log.key" and stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_that_start_together_use_one_key(tmp_path):
    """Whoever loses the race takes the winner's key."""
    with ThreadPoolExecutor(8) as pool:
        found = {key.id for key in pool.map(lambda _: FileKeys(tmp_path / "keys").create("log"), range(16))}
    assert len(found) == 1


def test_a_damaged_key_is_named_and_kept(tmp_path):
    """A damaged file is an error that names it and what to do, and is not replaced."""
    (tmp_path / "log.key").write_text("PRIVATE+KEY+x+00000000+AAAA")
    with pytest.raises(DihyaError, match=r"log\.key is damaged; .*dihya keys import"):
        FileKeys(tmp_path).create("log")
    assert (tmp_path / "log.key").read_text() == "PRIVATE+KEY+x+00000000+AAAA"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    """The sentence names the folder and the setting; nothing else was there, and nothing is."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DihyaError, match=r"cannot be written: .*\[keys\] folder"):
        FileKeys(tmp_path / "file" / "keys").create("log")


def test_a_name_leads_nowhere_else(tmp_path):
    """A name is a plugin's, or a word of it; no path."""
    for name in ("../x", "a/b", "", "A", "a.b.c", "a.key\n"):
        with pytest.raises(ValueError, match="cannot name a key"):
            Folder(tmp_path).file(name)


def test_whose_the_keys_are_is_written_once(tmp_path):
    """The first name stands."""
    folder = Folder(tmp_path)
    assert folder.installation == ""
    folder.belong("one")
    folder.belong("two")
    assert folder.installation == "one"


def test_a_folder_is_closed(tmp_path):
    """Whoever makes it, nobody else looks into it."""
    private(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
