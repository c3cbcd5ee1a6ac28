"""Files and rows, compared."""

from __future__ import annotations

import json
import os

import pytest
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.storage import Blobs
from dihya_storage.sweep import background, sweep


@pytest.fixture
def app(make_app):
    return make_app("storage")


def put(app, data, fail=False):
    digest = ""
    try:
        with app.act() as act:
            digest = act.get(Blobs).put(data, media_type="text/plain", filename="a", purpose="test").digest
            if fail:
                raise RuntimeError
    except RuntimeError:
        pass
    return digest


def path(app, digest):
    return app.data / "blobs" / digest[:2] / digest


def age(path):
    os.utime(path, (0, 0))


def test_what_is_wrong_is_found_and_named(app):
    """Missing, damaged and orphaned files are told apart; only what nobody holds is removed by a repair."""
    good, missing, damaged, orphan = put(app, b"1"), put(app, b"2"), put(app, b"3"), put(app, b"4", fail=True)
    path(app, missing).unlink()
    path(app, damaged).write_bytes(b"x")
    age(path(app, orphan))
    leftover = path(app, orphan).with_name(orphan + "#1")
    leftover.write_bytes(b"half")
    age(leftover)
    result = app.cli("storage", "check", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1 and found["checked"] == 3
    assert (found["missing"], found["damaged"], found["orphans"]) == ([missing], [damaged], [orphan])
    assert found["leftovers"] == 1 and path(app, orphan).exists()
    result = app.cli("storage", "check", "--repair")
    assert result.exit_code == 1 and f"missing  {missing}" in result.stdout
    assert not path(app, orphan).exists() and not leftover.exists() and path(app, good).exists()
    assert any(event.action == "storage.sweep" for event in app.trail)


def test_young_files_are_left_alone(app):
    """A file that may belong to an act that has not committed yet is no orphan."""
    orphan = put(app, b"4", fail=True)
    with app.act() as act:
        assert sweep(act.get(Blobs), act.session, repair=True).orphans == []
        assert sweep(act.get(Blobs), act.session, repair=True, grace=-5).orphans == [orphan]
    assert not path(app, orphan).exists()


def test_what_a_killed_process_left_goes_by_itself(app):
    """Bytes without a row and half-written files, once they are old enough; what is held or young stays, and it is told once."""
    good, orphan, young = put(app, b"1"), put(app, b"4", fail=True), put(app, b"5", fail=True)
    leftover = path(app, orphan).with_name(orphan + "#1")
    leftover.write_bytes(b"half")
    for each in (path(app, good), path(app, orphan), leftover):
        age(each)
    with app.act() as act:
        acts = act.get(Acts)
    for _ in range(2):
        background(acts)
    assert [each.exists() for each in (path(app, good), path(app, orphan), leftover, path(app, young))] == [
        True,
        False,
        False,
        True,
    ]
    (told,) = [event for event in app.trail if event.action == "storage.sweep"]
    assert (told.facts["removed"], told.facts["leftovers"]) == (1, 1)
