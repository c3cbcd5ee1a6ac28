"""What the interpreter does is heard while somebody listens."""

import pytest
from dihya_tests.exploits.overhearing import overheard


def test_files_that_are_opened_are_heard_while_the_block_runs(tmp_path):
    """Each file that is opened within the block is told, and none after it."""
    heard = []
    with overheard(lambda event, arguments: heard.append(str(arguments[0]))):
        (tmp_path / "within").write_text("x")
    (tmp_path / "after").write_text("x")
    assert str(tmp_path / "within") in heard and str(tmp_path / "after") not in heard


def test_what_the_ear_raises_prevents_it(tmp_path):
    """A file of which the listener objects is not made."""

    def object(event, arguments):
        raise PermissionError("no")

    with pytest.raises(PermissionError), overheard(object):
        (tmp_path / "never").write_text("x")
    assert not (tmp_path / "never").exists()
