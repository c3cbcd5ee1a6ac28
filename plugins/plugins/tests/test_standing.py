"""What stands against installing a wheel here."""

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.wheels import Wheel
from dihya_plugins.standing import check_writable, faults_of, requirements


def test_an_environment_that_cannot_be_written_is_a_fault(tmp_path):
    """The message says what to do instead."""
    with pytest.raises(Invalid, match="use 'dihya plugins' on the machine"):
        check_writable(tmp_path / "nothing")


def test_everything_that_stands_against_a_wheel_is_said_at_once(make_app, tmp_path):
    """Its name, its contract, and what it needs."""
    wheel = Wheel(tmp_path, "plugins", "9", "x.dist-info", ("dihya-hookspecs>=3", "nowhere"), ">=3.11")
    name, contract, missing = faults_of(make_app("plugins").hooks, wheel)
    assert "not itself" in name and "is written for dihya-hookspecs>=3" in contract and "'nowhere'" in missing


def test_requirements_say_whether_they_are_met():
    """What is meant for another system, or for an extra, is none; what cannot be read is missing."""
    lines = ["dihya-hookspecs>=2,<3", "flask>=3", "flask>=99", "x; extra == 'y'", "no such thing"]
    assert requirements(lines) == (">=2,<3", (("flask>=3", True), ("flask>=99", False), ("no such thing", False)))
