"""Settings of the desk."""

from __future__ import annotations

import pytest
from dihya_rgpd.settings import Settings
from pydantic import ValidationError


def test_numbers_are_french_unless_said_otherwise():
    """A country is two capital letters, and something else is refused."""
    assert Settings().country == "FR" and Settings(country="BE").country == "BE"
    with pytest.raises(ValidationError):
        Settings(country="France")


def test_a_number_without_prefix_follows_the_setting(make_app, canary_plugin, seed_person):
    """In a Belgian application 0470 12 34 56 finds +32 470 12 34 56."""
    from dihya_hookspecs.rgpd import People
    from sqlalchemy import text

    app = make_app("rgpd", plugins={"canary": canary_plugin()}, config={"rgpd": {"country": "BE"}})
    with app.act("seed") as act:
        key, _ = seed_person(act.session, "tin")
        act.session.execute(text("UPDATE canary_people SET phone = '+32 470 12 34 56'"))
    with app.act("find") as act:
        assert [subject.key for subject in act.get(People).find("0470 12 34 56")] == [key]
