"""The thread in a server process."""

from __future__ import annotations

import threading

from dihya_audit import background
from dihya_hookspecs.access import Actor
from dihya_hookspecs.audit import AuditLog

TIN = Actor("p1", "Tin Canary", frozenset({"user"}))


def test_a_server_sequences_by_itself(house):
    """In a server process, events get their place without anybody asking; stopping ends the thread."""
    app = house("audit", serving=True, config={"audit": {"interval": 0.02}})
    reached = threading.Event()
    (thread,) = [found for data, found in background._running.items() if data == app.data]
    usual = thread._sequencer.drain
    thread._sequencer.drain = lambda *a: (usual(*a), reached.set())
    with app.act("toys.make", actor=TIN) as act:
        act.record("toys.made", object="toys_things:1")
    assert reached.wait(10)
    with app.act("test") as act:
        background.stop(app.data)
        assert act.get(AuditLog).sequencer.waiting() == 0
    assert app.data not in background._running
