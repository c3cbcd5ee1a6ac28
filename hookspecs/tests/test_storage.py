"""What the contract itself does about files."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from dihya_hookspecs.storage import zipped


@pytest.mark.parametrize(
    ("seconds", "year"), [(0, 1980), (1_800_000_000, 2027), (5_000_000_000, 2107)], ids=["1970", "2027", "2128"]
)
def test_a_zip_is_made_whatever_the_clock_says(monkeypatch, seconds, year):
    """Before 1980 and after 2107, which ZIP cannot say, the files get the nearest moment that it can; they are whole."""
    moment = time.gmtime(seconds)
    monkeypatch.setattr(time, "localtime", lambda *given: moment)
    files = {"a.txt": b"a" * 5000, "b/c.bin": bytes(range(256))}
    with zipfile.ZipFile(io.BytesIO(zipped(files))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert {entry.date_time[0] for entry in archive.infolist()} == {year}
        assert archive.getinfo("a.txt").compress_size < 100
        assert archive.getinfo("a.txt").external_attr >> 16 == 0o100600
