"""What people call somebody."""

from __future__ import annotations

import uuid

from dihya_hookspecs.rgpd import People, Subject
from dihya_rgpd.captions import captions_of


def test_somebody_is_called_by_name_and_address(world):
    """As their own row says; whoever is not there has no words."""
    nobody = str(uuid.uuid4())
    with world.app.act("look") as act:
        found = captions_of(
            act.get(People), [Subject("canary_people", key, "canary") for key in (world.tin[0], nobody)]
        )
    said = found[f"canary_people:{world.tin[0]}"]
    assert world.tin[1]["email"] in said and world.tin[1]["wish"] not in said
    assert found[f"canary_people:{nobody}"] == ""
