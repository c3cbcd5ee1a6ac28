"""Wheels for tests."""

from dihya_hookspecs.wheels import inspected
from dihya_tests.packing import laid_out, packed


def test_what_is_packed_is_a_wheel_that_can_be_installed(tmp_path):
    """Its RECORD is right, and unpacked it is a package beside its metadata."""
    wheel = packed(tmp_path, "old_club", {"models.py": ""}, version="2.1", headers=["License-Expression: MIT"])
    assert (inspected(wheel).name, inspected(wheel).version) == ("old_club", "2.1")
    place = laid_out(wheel, tmp_path / "site")
    assert (place / "dihya_old_club" / "models.py").is_file()
    assert "License-Expression: MIT" in (place / "dihya_old_club-2.1.dist-info" / "METADATA").read_text()
