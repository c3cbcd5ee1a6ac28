"""An erasure is done when its bytes are gone, and not before."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager

import pytest
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Database
from dihya_hookspecs.events import Outbox
from dihya_hookspecs.rgpd import People, Subject
from dihya_keys.service import FileKeys
from dihya_rgpd.settling import background
from dihya_rgpd.signing import Seal
from dihya_rgpd.tombstones import Tombstones

ON_SQLITE = pytest.mark.engine("sqlite")
"""PostgreSQL is read from outside in test_vanishing.py."""


def subjects_of(who):
    return [Subject("canary_people", who[0], "canary")]


@contextmanager
def reader(world):
    """Hold a snapshot of before open, as a backup or a second process does."""
    connection = sqlite3.connect(world.app.data / "dihya.db", isolation_level=None)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM canary_people").fetchone()
        yield
        connection.execute("COMMIT")
    finally:
        connection.close()


def bytes_of(world):
    return b"".join(file.read_bytes() for file in sorted(world.app.data.glob("dihya.db*")))


def newest(world):
    with world.app.act("look") as act:
        row = act.get(People).receipts.recent()[0]
        return row.state, row.result.get("remains", [])


def again(world):
    with world.app.act("get") as act:
        acts = act.get(Acts)
    background(acts)


def test_without_a_reader_an_erasure_is_done_at_once(world):
    """The answer is done, nothing remains, and no byte is on the disk."""
    answer = (
        world.app.client("dpo").post("/api/v1/rgpd/erasures", json={"identifier": world.tin[1]["email"]}).get_json()
    )
    if (world.app.data / "dihya.db").exists():
        assert answer["state"] == "done" and answer["remains"] == []
        assert world.tin[1]["wish"].encode() not in bytes_of(world)
    assert newest(world)[0] == "done"


@ON_SQLITE
def test_with_a_reader_an_erasure_is_not_done(world):
    """The answer says incomplete, where the bytes are and until when; when the reader has gone it becomes done by itself."""
    with reader(world):
        answer = world.app.client("dpo").post("/api/v1/rgpd/erasures", json={"identifier": world.tin[1]["email"]})
        told = answer.get_json()
        assert told["state"] == "incomplete" and "write-ahead log" in told["remains"][0]
        assert world.tin[1]["wish"].encode() in bytes_of(world)
        again(world)
        assert newest(world) == ("incomplete", ["sqlite-log"])
    again(world)
    assert newest(world) == ("done", [])
    assert world.tin[1]["wish"].encode() not in bytes_of(world)
    assert "rgpd.settled" in {event.action for event in world.app.trail}


@ON_SQLITE
def test_the_command_says_what_remains(world):
    """The exit code is 1 while bytes remain; settling by hand works once the reader has gone."""
    with reader(world):
        result = world.app.cli("rgpd", "erase", world.tin[1]["email"], "--yes", "--json")
        assert result.exit_code == 1 and json.loads(result.stdout)["state"] == "incomplete"
        assert world.app.cli("rgpd", "settle").exit_code == 1
    settled = world.app.cli("rgpd", "settle")
    assert settled.exit_code == 0 and "nothing of what was erased" in settled.stdout


@ON_SQLITE
def test_the_page_says_what_remains_in_french_too(world):
    """The page of the result shows the sentence in the reader's language."""
    with reader(world):
        page = world.app.client("dpo").post("/rgpd/erase", data={"subject": f"canary_people:{world.tin[0]}"})
        assert "Bytes remain in the write-ahead log" in page.text and "carried out" not in page.text


def test_a_missing_part_keeps_a_demand_open_though_the_bytes_are_gone(world):
    """Settling closes nothing that waits for a plugin."""
    world.plugin.broken = {"erase"}
    with world.app.act("erase") as act:
        act.get(People).fulfil(subjects_of(world.tin))
    again(world)
    state, remains = newest(world)
    assert state == "incomplete" and "sqlite-log" not in remains


@ON_SQLITE
def test_what_removed_nothing_waits_for_nothing(world):
    """A demand about somebody unknown is done at once, whoever reads."""
    with reader(world), world.app.act("erase") as act:
        outcome = act.get(People).fulfil([Subject("canary_people", "not-a-key", "canary")])
        world.plugin.files.clear()
        assert act.get(People).receipts.of(outcome.demand).state == "done"


def test_a_server_on_postgresql_leaves_the_rewriting_to_the_background(make_app, canary_plugin, seed_person):
    """The request does not wait for tables to be rewritten: it says what remains, and the next round settles it."""
    app = make_app("rgpd", "tasks", plugins={"canary": canary_plugin()}, serving=True)
    with app.act("seed") as act:
        _, canaries = seed_person(act.session, "tin")
        dialect = act.get(Database).engine.dialect.name
    told = app.client("dpo").post("/api/v1/rgpd/erasures", json={"identifier": canaries["email"]}).get_json()
    if dialect == "postgresql":
        assert told["state"] == "incomplete" and len(told["remains"]) == 2
    with app.act("get") as act:
        acts = act.get(Acts)
    background(acts)
    with app.act("look") as act:
        assert act.get(People).receipts.recent()[0].state == "done"


def test_what_the_process_of_an_erasure_did_not_come_to_is_done_by_the_event(make_app, canary_plugin, seed_person):
    """Its tombstone is confirmed and its bytes leave though the process that erased died right after the commit."""
    app = make_app("rgpd", "events", "tasks", plugins={"canary": canary_plugin()})
    with app.act("seed") as act:
        id, canaries = seed_person(act.session, "tin")
    with app.act("erase") as act:
        act.get(People).fulfil([Subject("canary_people", id, "canary")])
    stones = Tombstones(app.data, Seal(FileKeys(app.data / "keys")))
    assert stones.committed() == []
    with app.act("deliver") as act:
        act.get(Outbox).deliver(60)
    assert len(stones.committed()) == 1
    with app.act("look") as act:
        assert act.get(People).receipts.recent()[0].state == "done"
