"""Streams of progress."""

from __future__ import annotations

import json
from contextvars import copy_context

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import Acts
from dihya_services.stream import Streams, event, events

BASE = "/api/v1/generations"


def test_places_are_counted_and_given_back_once() -> None:
    """Beyond the limit a stream is refused; leaving twice gives back one place."""
    streams = Streams()
    first, second = streams.enter(2), streams.enter(2)
    with pytest.raises(DihyaError) as caught:
        streams.enter(2)
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "5"})
    first()
    first()
    assert streams.open == 1
    second()
    assert streams.open == 0


def test_an_event_is_one_block() -> None:
    """Data stand on one line, so that no text in them can end the event."""
    assert (
        event("progress", {"message": "a\n\nevent: end"}, 3)
        == 'id: 3\nevent: progress\ndata: {"message": "a\\n\\nevent: end"}\n\n'
    )


def test_follows_while_it_runs(app, work) -> None:
    """Lines come as they are committed, a quiet stream sends comments, and a removed generation ends it."""
    client = app.client("user")
    id = client.post(BASE, json={"idea": "les membres"}).json["id"]
    with app.act() as act:
        acts = act.get(Acts)
    stream = events(acts, client.actor, id, 0, 0.0, copy_context())
    assert next(stream).startswith("retry:")
    assert json.loads(next(stream).split("data: ")[1])["step"] == "plan"
    assert next(stream).startswith(": ")
    work()
    seen = []
    while "event: progress" in (block := next(stream)):
        seen.append(json.loads(block.split("data: ")[1]))
    assert seen[-1]["step"] == "announce" and "event: end" in block
    assert [line["check"] for line in seen if "check" in line] == ["one name", "its tests pass"]
    client.delete(f"{BASE}/{id}")
    assert '"removed"' in list(events(acts, client.actor, id, 0, 1, copy_context()))[-1]
