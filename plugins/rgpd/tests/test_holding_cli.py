"""Holds and restrictions from the command line."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("place", "take"), [("hold", "release"), ("restrict", "lift")])
def test_what_is_placed_can_be_taken_away_once(world, place, take):
    """By any identifier; the second time there is nothing to take, and the exit code says so."""
    email = world.tin[1]["email"]
    assert world.app.cli("rgpd", place, email, "--reason", "a claim").exit_code == 0
    assert world.app.cli("rgpd", place, email, "--reason", "a claim").exit_code == 1
    assert world.app.cli("rgpd", take, email).exit_code == 0
    assert world.app.cli("rgpd", take, email).exit_code == 1


@pytest.mark.parametrize("place", ["hold", "restrict"])
def test_nobody_is_held_who_is_not_known(world, place):
    """One sentence, exit code 1, no traceback."""
    result = world.app.cli("rgpd", place, "nobody@example.org", "--reason", "a claim")
    assert result.exit_code == 1 and "nobody is known" in result.output and "Traceback" not in result.output


def test_holds_are_listed_with_their_reason(world):
    """Whose, since when, why."""
    world.app.cli("rgpd", "hold", world.tin[1]["email"], "--reason", "case 12")
    assert f"canary_people:{world.tin[0]} since" in world.app.cli("rgpd", "holds").stdout
