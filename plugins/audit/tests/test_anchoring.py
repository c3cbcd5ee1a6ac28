"""Every anchor gets the newest checkpoint, once it is there."""

from __future__ import annotations

import threading

from dihya_hookspecs.audit import Anchor


def test_an_anchor_that_was_away_gets_the_checkpoint_later(world, caplog):
    """A failing anchor stops neither the log nor the other anchors, and is served at the next drain."""
    got, broken = [], threading.Event()
    broken.set()

    def send(note):
        if broken.is_set():
            raise OSError("away")
        got.append(note)

    world.sequencer.anchors = [*world.sequencer.anchors, Anchor("far", send)]
    world.write(2)
    assert world.sequencer.drain() == 2
    assert "far" in caplog.text and len(world.file.notes()) == 1
    assert not world.sequencer.idle()
    broken.clear()
    world.sequencer.drain()
    assert got == world.file.notes()
    assert world.sequencer.idle()
