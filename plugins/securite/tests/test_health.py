"""What must hold for people to get in."""

from __future__ import annotations

import pytest
from dihya_securite.health import CHECKS


def test_the_health_check_fails_without_administrator(place, add):
    """Nobody to administer is a fault that names the remedy."""
    app = place()
    people, key = CHECKS
    with app.act("health"):
        with pytest.raises(RuntimeError, match="dihya people add"):
            people.probe()
        assert "signed with key" in key.probe()
    add(app, "tin@example.org", "admin")
    with app.act("health"):
        assert people.probe() == "one active administrator"


def test_the_health_check_of_the_key_fails_when_the_folder_is_broken(place):
    """A key folder that cannot be used is reported."""
    app = place()
    (app.data / "keys").mkdir(exist_ok=True)
    (app.data / "keys" / "tokens").write_text("not a folder")
    with app.act("health"), pytest.raises(OSError):
        CHECKS[1].probe()
