"""Whether all machines on one database see the same files."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.storage import Blobs
from dihya_storage.places import probe, say

HOW = r"set \[storage\] url to a folder that all machines see"


def put(app):
    with app.act("put") as act:
        act.get(Blobs).put(b"azul", media_type="text/plain", filename="a.txt", purpose="test")


def test_one_machine_with_sqlite_has_nothing_to_share(make_app, tmp_path, caplog):
    """Neither the health check nor the start speaks of other machines."""
    app = make_app("storage", config={"db": {"url": f"sqlite:///{tmp_path / 'one.db'}"}})
    put(app)
    with app.act("look"):
        assert probe() == "files and database are on one machine"
        say()
    assert caplog.text == ""
    for file in (app.data / "blobs").rglob("*"):
        if file.is_file():
            file.unlink()
    with app.act("look"), pytest.raises(DihyaError, match="1 of the newest 1 files .* put them back from a backup"):
        probe()


def test_files_that_another_machine_keeps_are_missed(make_app, postgresql, tmp_path, caplog):
    """Local files are said at the start and by the check; the machine without them fails it, until all share one folder."""
    database = {"db": {"url": postgresql}}
    first = make_app("storage", config=database)
    put(first)
    with first.act("look"):
        assert f"files are local to this machine ({first.data / 'blobs'}); where another one" in probe()
        say()
    assert "files are local to this machine" in caplog.text
    second = make_app("storage", config=database, data=tmp_path / "second", tables=False)
    with (
        second.act("look"),
        pytest.raises(DihyaError, match=f"1 of the newest 1 files are not in .*; so another .*: {HOW}"),
    ):
        probe()
    caplog.clear()
    shared = {**database, "storage": {"url": str(first.data / "blobs")}}
    third = make_app("storage", config=shared, data=tmp_path / "third", tables=False)
    with third.act("look"):
        assert probe() == f"the newest files are in {first.data / 'blobs'}"
        say()
    assert caplog.text == ""


def test_a_server_says_it_when_it_starts(make_app, postgresql, caplog):
    """Once, in its log."""
    make_app("storage", config={"db": {"url": postgresql}}, serving=True)
    assert caplog.text.count("files are local to this machine") == 1
