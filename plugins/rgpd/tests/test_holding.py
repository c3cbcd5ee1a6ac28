"""Legal holds keep everything where it is."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.rgpd import People, Subject
from dihya_rgpd.holding import Holds
from sqlalchemy import text


def subjects_of(who):
    return [Subject("canary_people", who[0], "canary")]


def test_held_data_is_neither_erased_nor_retained_out(world):
    """While a hold stands, an erasure removes nothing, asks no plugin, and its receipt says why; afterwards it works."""
    email = world.tin[1]["email"]
    world.plugin.files = {world.tin[0]: {"a": b"1"}}
    assert world.app.cli("rgpd", "hold", email, "--reason", "case 12 at the court of Lyon").exit_code == 0
    result = world.app.cli("rgpd", "erase", email, "--yes", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1 and told["state"] == "incomplete" and told["held"] == ["case 12 at the court of Lyon"]
    assert {one["basis"] for one in told["erasures"]} == {"legal_hold"} and world.plugin.files
    with world.app.act("look") as act:
        desk = act.get(People)
        assert desk.expire(date(2099, 1, 1))[0] != []  # Ada's rows, who is not held
        assert desk.find(email) == subjects_of(world.tin)
        assert act.session.scalar(text("SELECT count(*) FROM canary_lines WHERE wish LIKE 'Canary-tin%'")) == 1
    assert "court of Lyon" in world.app.cli("rgpd", "holds").stdout
    assert world.app.cli("rgpd", "release", email).exit_code == 0
    assert json.loads(world.app.cli("rgpd", "erase", email, "--yes", "--json").stdout)["state"] == "done"


def test_holds_are_audited_without_the_reason(world):
    """Placing and releasing leave events, and no event quotes reason or person."""
    with world.app.act("hold") as act:
        act.get(People).hold(subjects_of(world.tin), "a claim of Canary Tin")
    with world.app.act("release") as act:
        act.get(People).release(subjects_of(world.tin))
    told = [event for event in world.app.trail if event.action in ("rgpd.held", "rgpd.released")]
    assert len(told) == 2 and "Canary" not in repr(told)


def test_a_hold_needs_a_reason_and_stands_once(world):
    """A hold without a reason is refused, a second one on the same person too, and so is releasing what is not held."""
    with world.app.act("hold") as act:
        holds = Holds(act.session)
        with pytest.raises(Invalid, match="reason"):
            holds.place(subjects_of(world.tin), "  ")
        with pytest.raises(NotFound):
            holds.release(subjects_of(world.tin))
        holds.place(subjects_of(world.tin), "a claim")
        with pytest.raises(Invalid, match="already"):
            holds.place(subjects_of(world.tin), "another claim")
        assert [hold.reason for hold in holds.all()] == ["a claim"]


def test_the_way_over_the_interface(world):
    """Holds are placed, listed and released over the interface, and nobody does so without the permission."""
    client = world.app.client("dpo")
    demand = {"identifier": world.tin[1]["email"], "reason": "a claim"}
    assert world.app.client("user").post("/api/v1/rgpd/holds", json=demand).status_code == 403
    assert client.post("/api/v1/rgpd/holds", json=demand).status_code == 201
    (one,) = client.get("/api/v1/rgpd/holds").get_json()["items"]
    assert (one["key"], one["reason"]) == (world.tin[0], "a claim")
    assert one["placed_at"].startswith(f"{datetime.now(UTC):%Y-%m-%d}")
    assert client.post("/api/v1/rgpd/holds/release", json=demand).get_json() == {"released": 1}
    assert client.get("/api/v1/rgpd/holds").get_json()["items"] == []


def test_the_way_over_the_pages(world):
    """A hold is placed beside the person, stands on the page of what expires, and is released there."""
    client, subject = world.app.client("dpo"), f"canary_people:{world.tin[0]}"
    client.post("/rgpd/hold", data={"subject": subject, "reason": "a claim"})
    assert "a claim" in client.get("/rgpd/retention").text
    assert "a claim" in client.post("/rgpd/person", data={"identifier": world.tin[1]["email"]}).text
    assert "A legal hold keeps everything" in client.post("/rgpd/erase", data={"subject": subject}).text
    client.post("/rgpd/release", data={"subject": subject})
    assert "There is no legal hold" in client.get("/rgpd/retention").text
