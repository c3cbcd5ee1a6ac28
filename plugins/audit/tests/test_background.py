"""The thread in a server process."""

from __future__ import annotations

import threading

from dihya_audit import background
from dihya_audit.background import Background
from dihya_hookspecs.access import Actor
from dihya_hookspecs.audit import Anchor, AuditLog

TIN = Actor("p1", "Tin Canary", frozenset({"user"}))


def test_a_server_sequences_by_itself(make_app):
    """In a server process, events get their place without anybody asking; stopping ends the thread."""
    app = make_app("audit", serving=True, config={"audit": {"interval": 0.02}})
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


def test_the_thread_drains_until_it_is_stopped(world):
    """In the background, events get their place without anybody asking."""
    done = threading.Event()
    world.sequencer.file = None  # it is no anchor here
    world.sequencer.anchors = [Anchor("signal", lambda note: done.set())]
    background = Background(world.sequencer, 0.02)
    background.start()
    world.write(3)
    assert done.wait(10)
    background.stop()
    world.sequencer.drain()
    assert len(world.log.search()) == 3


def test_the_thread_survives_a_failure(world, caplog):
    """An error in one round is logged, and the next round succeeds."""
    failed, done = threading.Event(), threading.Event()
    usual = world.sequencer.signer

    def signer():
        if not failed.is_set():
            failed.set()
            raise OSError("the key is away")
        return usual()

    world.write(1)
    world.sequencer.signer = signer
    world.sequencer.file = None  # it is no anchor here
    world.sequencer.anchors = [Anchor("signal", lambda note: done.set())]
    background = Background(world.sequencer, 0.02)
    background.start()
    assert done.wait(10) and failed.is_set()
    background.stop()
    assert "could not be drained" in caplog.text
