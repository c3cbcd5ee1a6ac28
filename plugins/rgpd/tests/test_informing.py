"""What article 15(1) asks to be told beside the data."""

from __future__ import annotations

import pytest
from dihya_hookspecs.data import Model
from dihya_rgpd.informing import ELSEWHERE, gathered
from dihya_rgpd.settings import Settings


@pytest.mark.parametrize(("country", "said"), [("FR", "CNIL"), ("BE", ELSEWHERE.en)])
def test_the_authority_is_the_one_of_the_country(world, country, said):
    """Where no authority is known by name, it is described."""
    with world.app.act("look"):
        assert said in gathered(Settings(country=country)).authority.en


def test_an_authority_that_the_settings_name_comes_before_the_one_of_the_country(world):
    """Somebody has decided it."""
    with world.app.act("look"):
        assert gathered(Settings(authority="APD, Brussels")).authority.fr == "APD, Brussels"


def test_the_facts_are_those_of_the_settings_and_of_the_plugins(world):
    """Controller and officer as written, the roles that read a table, the words of audited actions."""
    with world.app.act("look"):
        facts = gathered(Settings(controller="The Toy Club", officer="officer@example.org"))
        readers = facts.readers(Model.metadata.tables["rgpd_requests"])
        assert (facts.controller, facts.officer) == ("The Toy Club", "officer@example.org")
        assert "Auditor" in [one.en for one in readers]
        assert facts.hosts("rgpd") == []
        assert facts.deeds["rgpd.export"].en == "{who} gave out a person’s data"
