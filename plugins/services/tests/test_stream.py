"""Streams of progress."""

from __future__ import annotations

import json
from threading import Semaphore

from dihya_hookspecs.acts import Acts
from dihya_hookspecs.channels import Channels
from dihya_services.progress import FOLLOWED
from dihya_services.stream import Follower, event

BASE = "/api/v1/generations"


def test_an_event_is_one_block() -> None:
    """Data stand on one line, so that no text in them can end the event."""
    assert (
        event("progress", {"message": "a\n\nevent: end"}, 3)
        == 'id: 3\nevent: progress\ndata: {"message": "a\\n\\nevent: end"}\n\n'
    )


def test_follows_while_it_runs(app, work) -> None:
    """Lines come as they are committed, and a removed generation ends it."""
    client = app.client("user")
    id = client.post(BASE, json={"idea": "les adhérents et les cotisations"}).json["id"]
    with app.act() as act:
        acts = act.get(Acts)
    follower = Follower(acts, client.actor, id, 0)
    (retry, plan), over = follower.look()
    assert retry.startswith("retry:") and json.loads(plan.split("data: ")[1])["step"] == "plan" and not over
    assert follower.look() == ([], False)
    work()
    blocks, over = follower.look()
    seen = [json.loads(block.split("data: ")[1]) for block in blocks if "event: progress" in block]
    assert over and seen[-1]["step"] == "announce" and "event: end" in blocks[-1]
    assert [line["check"] for line in seen if "check" in line] == ["one name", "its tests pass"]
    client.delete(f"{BASE}/{id}")
    assert '"removed"' in Follower(acts, client.actor, id, 0).look()[0][-1]


def test_who_follows_is_woken_by_each_line_and_by_the_removal(app, work) -> None:
    """A stream asks the database when something was committed, and not again and again."""
    client = app.client("user")
    id = client.post(BASE, json={"idea": "les adhérents et les cotisations"}).json["id"]
    woken = Semaphore(0)
    with app.act(actor=client.actor) as act:
        act.get(Channels).follow(FOLLOWED, id, woken.release)
    work()
    lines = len(client.get(f"{BASE}/{id}").json["progress"]) - 1  # the first was there before
    for _ in range(lines):
        assert woken.acquire(timeout=20)
    client.delete(f"{BASE}/{id}")
    assert woken.acquire(timeout=20)
