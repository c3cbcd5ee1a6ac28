"""A ZIP is written bit by bit, and rows wait on the disk."""

from __future__ import annotations

import io
import stat
import zipfile
from hashlib import sha256

import pytest
from dihya_rgpd.archive import Archive, Sending, Spool, work_folder


def test_each_file_is_in_it_with_its_digest():
    """Readable by its owner only; a name that is taken in any case gets a number."""
    target = io.BytesIO()
    with Archive(target) as archive:
        archive.add("a.txt", [b"one", b"two"])
        archive.add("A.TXT", iter([b"three"]))
    with zipfile.ZipFile(target) as found:
        assert {name: found.read(name) for name in found.namelist()} == {"a.txt": b"onetwo", "A-2.TXT": b"three"}
        assert {stat.S_IMODE(one.external_attr >> 16) for one in found.infolist()} == {0o600}
    assert archive.digests == {"a.txt": sha256(b"onetwo").hexdigest(), "A-2.TXT": sha256(b"three").hexdigest()}


def test_what_fails_is_no_archive():
    """Without its end nobody takes it for a whole one."""
    target = io.BytesIO()
    with pytest.raises(ZeroDivisionError), Archive(target) as archive:
        archive.add("a.txt", [b"one"])
        raise ZeroDivisionError
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(target)


def test_rows_come_back_as_they_were(tmp_path):
    """More than once, with any letters, and in a file that has no name."""
    spool = Spool(tmp_path)
    for row in ({"a": "é\n"}, {"a": None, "b": [1]}):
        spool.add(row)
    assert list(spool.rows()) == list(spool.rows()) == [{"a": "é\n"}, {"a": None, "b": [1]}]
    assert (spool.count, spool.size) == (2, len(b"".join(spool.chunks()))) and not list(tmp_path.iterdir())
    spool.close()


def test_a_file_is_sent_and_closed(tmp_path):
    """At its end, and when nobody wants it any more."""
    for read in (True, False):
        file = io.BytesIO(b"x" * 600_000)
        sending = Sending(file)
        if read:
            assert b"".join(sending) == b"x" * 600_000
        else:
            sending.close()
        assert file.closed


def test_the_work_folder_is_closed_to_others(tmp_path):
    """It is made where there is none."""
    assert stat.S_IMODE(work_folder(tmp_path / "data").stat().st_mode) == 0o700
