"""Whoever has retained rows is found again by what identified them."""

from __future__ import annotations

import hashlib

import pytest
from dihya_hookspecs.rgpd import People, Subject
from dihya_keys.service import FileKeys
from dihya_rgpd.models import RetainedMark
from dihya_rgpd.settling import committed
from dihya_rgpd.signing import Seal
from sqlalchemy import func, select, text


def subjects_of(who):
    return [Subject("canary_people", who[0], "canary")]


def erase(world, who):
    with world.app.act("erase") as act:
        outcome = act.get(People).fulfil(subjects_of(who))
    with world.app.act("settle"):
        committed(outcome.demand)
    return outcome


def find(world, identifier):
    with world.app.act("find") as act:
        return act.get(People).find(identifier)


def marks(world):
    with world.app.act("look") as act:
        return act.session.scalar(select(func.count()).select_from(RetainedMark))


@pytest.mark.parametrize("name", ["email", "phone", "name", "payer"])
def test_somebody_with_a_retained_row_is_found_by_every_identifier(world, name):
    """After an erasure that emptied the contact data, each identifier still leads to the person whose invoice is kept."""
    erase(world, world.tin)
    assert find(world, world.tin[1][name]) == subjects_of(world.tin)
    assert find(world, world.tin[1][name].upper()) == subjects_of(world.tin)


def test_the_marks_are_digests_that_only_this_installation_can_make(world):
    """No identifier stands in the table of marks, and no digest of one that anybody could make without its key."""
    erase(world, world.tin)
    with world.app.act("look") as act:
        told = repr(act.session.execute(select(RetainedMark.__table__)).all())
    assert "Canary" not in told and "canary-" not in told and marks(world) >= 3
    address = world.tin[1]["email"].lower()
    texts = (address, f"email:{address}")
    guesses = [hashlib.new(name, one.encode()).hexdigest() for name in ("md5", "sha1", "sha256") for one in texts]
    assert Seal(FileKeys(world.app.data / "keys")).digest(texts[1]) in told
    assert not [one for one in guesses if one in told]


def test_an_access_demand_is_answered_with_what_is_retained(world):
    """The export after an erasure, by the same address, holds the retained invoice."""
    erase(world, world.tin)
    result = world.app.client("dpo").post("/api/v1/rgpd/exports", json={"identifier": world.tin[1]["email"]})
    assert result.status_code == 200
    found = world.app.client("dpo").post("/api/v1/rgpd/subjects", json={"identifier": world.tin[1]["email"]}).get_json()
    assert {place["table"] for place in found["places"]} >= {"canary_invoices"}


def test_a_second_erasure_after_the_end_of_the_duty_is_possible_by_identifier(world):
    """Once the duty is over, the same address leads to the erasure of the rest, and then to nobody."""
    erase(world, world.tin)
    with world.app.act("years") as act:
        act.session.execute(text("UPDATE canary_invoices SET issued_on = '2010-01-01' WHERE payer LIKE 'Canary-tin%'"))
    answer = (
        world.app.client("dpo").post("/api/v1/rgpd/erasures", json={"identifier": world.tin[1]["email"]}).get_json()
    )
    assert answer["state"] == "done"
    assert find(world, world.tin[1]["email"]) == [] and marks(world) == 0


def test_repeating_an_erasure_keeps_the_marks(world):
    """A second erasure, when the contact data is empty already, leaves the person as findable as before."""
    erase(world, world.tin)
    before = marks(world)
    erase(world, world.tin)
    assert marks(world) == before and find(world, world.tin[1]["email"]) == subjects_of(world.tin)


def test_who_has_nothing_retained_leaves_no_mark(world):
    """Without a duty to keep anything, nothing recognises the person afterwards."""
    with world.app.act("prepare") as act:
        act.session.execute(text("DELETE FROM canary_invoices WHERE payer LIKE 'Canary-tin%'"))
    erase(world, world.tin)
    assert marks(world) == 0 and find(world, world.tin[1]["email"]) == []


def test_other_plugins_hear_by_which_words_somebody_may_be_found(world):
    """A demand carries the person's key and what identifies them, as it stands in their rows; no name and no secret."""
    with world.app.act("erase") as act:
        act.get(People).fulfil(subjects_of(world.tin))
    words = world.plugin.demands[-1].words
    assert {world.tin[0], world.tin[1]["email"], world.tin[1]["phone"]} <= words
    assert world.tin[1]["name"] not in words and world.tin[1]["password_hash"] not in words
