"""Data whose use is restricted is kept, and seen by the officer alone."""

from __future__ import annotations

from datetime import date

import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.rgpd import Held, People, Subject
from dihya_rgpd.restricting import Restricted
from sqlalchemy import select

CLERK, OFFICER = Actor("c", "person", frozenset({"user"})), Actor("o", "person", frozenset({"dpo"}))


@pytest.fixture
def restricted(world):
    """The application after the data of one of its two people was restricted."""
    with world.app.act("restrict") as act:
        act.get(People).restrict([Subject("canary_people", world.tin[0], "canary")], "the address is disputed")
    return world


def seen(world, model, actor):
    """Return the keys of the rows that somebody reaches in a list."""
    with world.app.act("look", actor=actor) as act:
        rule = act.get(Access).rows(actor, "canary:read", model)
        chosen = select(model.id) if rule is None else select(model.id).where(rule)
        return {str(key) for key in act.session.scalars(chosen)}


def model_of(table):
    """Return the class of a table of the canary plugin."""
    from dihya_hookspecs.data import Model

    return Model.metadata.tables[table].info["model"]


@pytest.mark.parametrize("table", ["canary_people", "canary_orders", "canary_lines"])
def test_rows_about_a_restricted_person_are_hidden(restricted, table):
    """Their own row, and whatever leads to them; everybody else's is seen as before."""
    model = model_of(table)
    assert len(seen(restricted, model, CLERK)) == 1
    assert len(seen(restricted, model, OFFICER)) == 2


def test_a_row_that_leads_to_nobody_is_no_restricted_one(restricted):
    """An empty reference compares to nothing, and hides nothing."""
    messages = model_of("canary_messages")
    with restricted.app.act("add") as act:
        lonely = messages(sender_id=None, sender_words="x", receiver_id=None, receiver_nick=None)
        act.session.add(lonely)
        act.session.flush()
        key = str(lonely.id)
    assert key in seen(restricted, messages, CLERK)


def test_lifting_shows_the_rows_again(restricted):
    """At once in the process that lifts it."""
    with restricted.app.act("lift") as act:
        act.get(People).lift([Subject("canary_people", restricted.tin[0], "canary")])
    assert len(seen(restricted, model_of("canary_people"), CLERK)) == 2


def test_what_another_process_restricts_counts_within_a_second(world):
    """Nobody is asked more than once a second, and nobody later."""
    now = [0.0]
    with world.app.act("look") as act:
        known = Restricted(lambda: act.get(People).annotations, lambda: now[0])
        assert known.people() == {}
        act.get(People).restrictions.place([Subject("canary_people", world.tin[0], "canary")], "disputed")
        assert known.people() == {}
        now[0] = 1.0
        assert known.people() == {"canary_people": [world.tin[0]]}


def test_nothing_restricted_goes_by_itself(restricted):
    """The retention passes it over, and others are told that somebody holds it."""
    with restricted.app.act("expire") as act:
        act.get(People).expire(date(2099, 1, 1))
    assert restricted.tin[0] in seen(restricted, model_of("canary_people"), OFFICER)
    with restricted.app.act("held") as act:
        assert [one.key for one in act.get(Held).people()] == [restricted.tin[0]]


def test_a_restriction_has_a_reason_and_stands_once(restricted):
    """Neither is a restriction without a reason placed, nor a second one, nor one lifted that is not there."""
    subject = [Subject("canary_people", restricted.tin[0], "canary")]
    with restricted.app.act("again") as act:
        desk = act.get(People)
        with pytest.raises(Invalid, match="restricted already"):
            desk.restrict(subject, "once more")
        with pytest.raises(Invalid, match="reason"):
            desk.restrict([Subject("canary_people", restricted.ada[0], "canary")], " ")
        desk.lift(subject)
        with pytest.raises(NotFound, match="not restricted"):
            desk.lift(subject)


def test_restrictions_are_audited_without_the_reason(restricted):
    """Placing and lifting leave events that quote neither reason nor person."""
    with restricted.app.act("lift") as act:
        act.get(People).lift([Subject("canary_people", restricted.tin[0], "canary")])
    told = [event for event in restricted.app.trail if event.action in ("rgpd.restricted", "rgpd.lifted")]
    assert len(told) == 2 and "disputed" not in repr(told) and restricted.tin[0] not in repr(told)


def test_the_way_over_interface_pages_and_commands(world):
    """Placed, listed and lifted by whoever may; nobody else does."""
    client, html = world.app.client("dpo"), {"Accept": "text/html", "Accept-Language": "en"}
    demand = {"identifier": world.tin[1]["email"], "reason": "disputed"}
    assert world.app.client("user").post("/api/v1/rgpd/restrictions/place", json=demand).status_code == 403
    assert client.post("/api/v1/rgpd/restrictions/place", json=demand).get_json() == {"subjects": 1}
    assert "disputed" in client.get("/rgpd/retention", headers=html).text
    assert client.post("/rgpd/lift", data={"subject": f"canary_people:{world.tin[0]}"}).status_code == 303
    assert world.app.cli("rgpd", "restrict", world.tin[1]["email"], "--reason", "disputed").exit_code == 0
    assert client.post("/api/v1/rgpd/restrictions/lift", json=demand).get_json() == {"lifted": 1}
    assert world.app.cli("rgpd", "lift", world.tin[1]["email"]).exit_code == 1
