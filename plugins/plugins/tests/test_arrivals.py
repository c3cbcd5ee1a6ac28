"""What came in is looked through, and nothing of it runs."""

import os
import shutil
import time
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.wheels import inspected
from dihya_plugins.arrivals import PLACE, SECONDS, discard, find, receive, take
from dihya_plugins.packages import received


@pytest.fixture
def runtime(make_app):
    """The loaded plugins of a small application."""
    return make_app("plugins", "securite", "i18n").hooks


def test_a_folder_is_built_and_told_without_running(runtime, written, tmp_path):
    """What it is called, requires, brings and would own; what is missing is a fault."""
    found = take(runtime, written("notes"))
    assert (found.name, found.version, found.before, found.contract, found.built) == (
        "notes",
        "1.2",
        "",
        ">=2,<3",
        True,
    )
    assert dict(found.requires) == {"nowhere-to-be-found>=4": False, "packaging": True}
    assert found.brings == ("models",) and "notes_…" in found.owns and "/api/v1/notes" in found.owns
    assert any("nowhere-to-be-found" in fault for fault in found.faults)
    assert not (tmp_path / "ran").exists()


def test_a_name_that_is_taken_is_a_fault_that_names_its_owner(runtime, written):
    """Every name that is taken is told at once, each with its owner."""
    found = take(runtime, written("people"))
    assert any("a command of plugin 'securite'" in fault for fault in found.faults)
    assert any("nowhere-to-be-found" in fault for fault in found.faults)


def test_a_wheel_that_is_sent_is_found_again_until_it_is_forgotten(runtime, written, tmp_path):
    """By its digest; it is judged anew each time."""
    work = tmp_path / "work"
    work.mkdir()
    wheel = received(written("notes", needs=False), work).path
    found = receive(runtime, f"C:\\Users\\{wheel.name}", iter([wheel.read_bytes()]))
    assert found.id == inspected(wheel).sha256 and found.faults == ()
    kept, again = find(runtime, found.id)
    assert again == found and kept.read_bytes() == wheel.read_bytes()
    discard(runtime.data, found.id)
    with pytest.raises(NotFound, match="bring it in again"):
        find(runtime, found.id)


@pytest.mark.parametrize("id", ["", "..", "../../keys", "0" * 64])
def test_what_does_not_wait_is_not_found(runtime, id):
    """Whatever the address says, nothing outside of the place is looked at."""
    discard(runtime.data, id)
    with pytest.raises(NotFound):
        find(runtime, id)


def test_what_is_no_wheel_is_refused(runtime):
    """Before it is written, by its name; after, by what is in it."""
    with pytest.raises(Invalid, match="neither a wheel nor a ZIP file"):
        receive(runtime, "notes.tar.gz", iter([b"x"]))
    with pytest.raises(Invalid, match="cannot be unpacked"):
        receive(runtime, "dihya_notes-1.2-py3-none-any.whl", iter([b"x"]))


def test_more_than_a_plugin_may_be_is_not_received(runtime, monkeypatch):
    """The rest is not read."""
    monkeypatch.setattr("dihya_plugins.arrivals.LARGEST", 10)
    blocks = iter([b"x" * 8, b"x" * 8, b"never"])
    with pytest.raises(Invalid, match="is larger than"):
        receive(runtime, "dihya_notes-1.2-py3-none-any.whl", blocks)
    assert next(blocks) == b"never"


def test_what_waited_for_a_day_goes(runtime, written, tmp_path):
    """When the next one comes."""
    old = runtime.data / PLACE / ("0" * 64)
    old.mkdir(parents=True)
    past = time.time() - SECONDS - 1
    os.utime(old, (past, past))
    take(runtime, written("notes"))
    assert not old.exists()


def test_the_zip_of_a_folder_is_built_here(runtime, written, tmp_path):
    """As the archive of a generated plugin is; of what it says about itself nothing is vouched for."""
    folder = written("notes", needs=False)
    (folder / ".dihya").mkdir()
    (folder / ".dihya" / "provenance.json").write_text("{}")
    packed = shutil.make_archive(str(tmp_path / "dihya-notes"), "zip", tmp_path, "notes")
    found = receive(runtime, "dihya-notes.zip", iter([Path(packed).read_bytes()]))
    assert (found.name, found.built, found.generated, found.faults) == ("notes", True, True, ())
    assert not (tmp_path / "ran").exists()
