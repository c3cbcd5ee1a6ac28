"""Whether the files of installed plugins are those that their RECORD lists."""

import importlib_metadata
import pytest
from dihya_plugins.integrity import Verifier
from dihya_tests.packing import laid_out, packed


@pytest.fixture
def site(tmp_path):
    """A folder into which the plugin ``club`` was installed."""
    return laid_out(packed(tmp_path, "club", {"service.py": "A = 1\n"}), tmp_path / "site")


@pytest.fixture
def verify(site, tmp_path):
    """Return a function that verifies it, as a start does."""

    def once():
        verifier = Verifier(tmp_path)
        (found,) = importlib_metadata.distributions(path=[str(site)])
        result = verifier.verify(found, "dihya_club")
        verifier.remember()
        return result

    return once


def test_what_was_installed_is_whole(verify):
    """Each time, also with what Python compiles beside it."""
    assert verify() == verify() == ("whole", ())


@pytest.mark.parametrize("first", [True, False])
def test_a_changed_file_is_named(verify, site, first):
    """Of the same size too, and whether or not it was verified before."""
    if first:
        verify()
    (site / "dihya_club" / "service.py").write_text("A = 2\n")
    assert verify() == ("modified", ("dihya_club/service.py was changed",))
    assert verify().record == "modified"
    (site / "dihya_club" / "service.py").write_text("A = 1\n")
    assert verify().record == "whole"


def test_a_file_that_is_gone_or_new_is_named(verify, site):
    """A stray migration of another version would be run like any other."""
    (site / "dihya_club" / "service.py").unlink()
    (site / "dihya_club" / "0002_more.py").write_text("")
    (site / "dihya_club" / "__pycache__").mkdir()
    (site / "dihya_club" / "__pycache__" / "x.pyc").write_bytes(b"")
    assert verify().changed == ("dihya_club/service.py is missing", "dihya_club/0002_more.py is not listed")


def test_metadata_are_files_too(verify, site):
    """Who changes entry points changes which code runs."""
    (site / "dihya_club-1.0.dist-info" / "entry_points.txt").write_text("[dihya.plugins]\nclub = other\n")
    assert verify().changed == ("dihya_club-1.0.dist-info/entry_points.txt was changed",)


def test_another_record_is_read_anew(verify, site):
    """What was right by the old list need not be right by the new one."""
    verify()
    record = site / "dihya_club-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text().replace("dihya_club/service.py,sha256=", "dihya_club/service.py,sha256=x"))
    assert verify().changed == ("dihya_club/service.py was changed",)


def test_without_a_record_nothing_is_known(verify, site):
    """Of a plugin without a record it is said that nothing is known."""
    (site / "dihya_club-1.0.dist-info" / "RECORD").unlink()
    assert verify() == ("modified", ("RECORD is missing",))


def test_the_folder_of_an_author_is_no_installation(verify, site, editable):
    """Its files change as they are written."""
    editable(site)
    assert verify() == ("folder", ())


def test_files_that_did_not_change_are_not_read_again(verify, monkeypatch):
    """A start costs a look at each, and nothing more."""
    verify()
    monkeypatch.setattr("dihya_plugins.integrity.digest", lambda content: pytest.fail("it was read"))
    assert verify().record == "whole"


def test_a_damaged_memory_is_none(verify, tmp_path):
    """It is written anew."""
    (tmp_path / "record.json").write_text("[")
    assert verify().record == "whole"
