"""The ZIP."""

from __future__ import annotations

import io
import zipfile

from dihya_services.archive import pack


def test_the_same_files_give_the_same_bytes() -> None:
    """Neither the order of the files nor the time of day shows; everything stands below one folder."""
    one = pack({"b": "é", "a/c": "x"}, "dihya-x")
    assert one == pack({"a/c": "x", "b": "é"}, "dihya-x")
    archive = zipfile.ZipFile(io.BytesIO(one))
    assert archive.namelist() == ["dihya-x/a/c", "dihya-x/b"]
    assert archive.read("dihya-x/b").decode() == "é"
    assert archive.getinfo("dihya-x/b").external_attr >> 16 == 0o100644
