"""What others hear of an erasure."""

from __future__ import annotations

from dataclasses import asdict

from dihya_hookspecs.events import Outbox
from dihya_hookspecs.rgpd import People, Subject


def test_an_erasure_is_published(make_app, canary_plugin, seed_person):
    """Whoever listens hears which demand was carried out and whether anything is missing; nothing else."""
    plugin = canary_plugin()
    app = make_app("rgpd", "events", "tasks", plugins={"canary": plugin})
    with app.act("seed") as act:
        id, _ = seed_person(act.session, "tin")
    with app.act("erase") as act:
        outcome = act.get(People).fulfil([Subject("canary_people", id, "canary")])
    with app.act("deliver") as act:
        act.get(Outbox).deliver(60)
    assert [(one.name, asdict(one.data)) for one in plugin.heard] == [
        ("rgpd.erased", {"demand": outcome.demand, "complete": True})
    ]
