"""The sequencer: one chain, whoever drains and whenever they die."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import pytest
from dihya_audit import keys
from dihya_audit.anchors import AnchorFile
from dihya_audit.merkle import root
from dihya_audit.note import Checkpoint
from dihya_audit.outbox import store
from dihya_audit.sequencer import Sequencer, Stopped
from dihya_audit.tables import entries, node_reader, size_of
from dihya_audit.verify import verify_bundle
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.audit import Anchor
from dihya_keys.service import FileKeys
from filelock import FileLock
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import Session


def objects(world):
    with world.engine.connect() as connection:
        return list(connection.scalars(select(entries.c.object).order_by(entries.c.position)))


def test_every_event_gets_one_place_in_order(world):
    """What was committed is in the log once, in order, under one signed root, and the outbox is empty."""
    world.write(20)
    assert world.sequencer.waiting() == 20
    assert world.sequencer.drain() == 20
    assert world.sequencer.drain() == 0
    assert objects(world) == [f"toys_things:{number}" for number in range(20)]
    checkpoint = Checkpoint.read(world.log.signer.verifier.open(world.log.checkpoint()))
    assert checkpoint.size == 20
    with world.engine.connect() as connection:
        assert size_of(connection) == 20
        assert root(20, node_reader(connection)) == checkpoint.root
    assert world.log.verify().ok


def test_a_rolled_back_act_leaves_nothing(world, make_event):
    """An event goes with the transaction in which it was written."""
    with Session(world.engine) as session:
        store(make_event(), session, world.log.signer)
        session.rollback()
    assert world.sequencer.drain() == 0
    assert world.sequencer.waiting() == 0


def test_an_event_that_cannot_be_stored_undoes_the_act(world, make_event):
    """A float among the facts raises, so that the act is not committed."""
    with Session(world.engine) as session, pytest.raises(Invalid):
        store(make_event(facts={"price": 1.5}), session, world.log.signer)
    assert world.sequencer.waiting() == 0


def test_an_event_is_stored_in_the_middle_of_a_flush(world, make_event):
    """Storing does not flush the session again."""
    with Session(world.engine) as session:
        session._flushing = True
        store(make_event(), session, world.log.signer)
        session._flushing = False
        session.commit()
    assert world.sequencer.drain() == 1


def drain_until(data, last):
    """Drain in a process of its own that dies at step number *last*; return its exit code, 0 if it came to the end."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = itertools.count(1)

    def step(*ignored):
        if next(steps) == last:
            os._exit(9)

    def anchored(note):
        step()
        AnchorFile(data / "anchors" / "checkpoints.txt").send(note)
        step()

    try:
        engine = create_engine(f"sqlite:///{data / 'dihya.db'}")
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(engine, moment, step)
        file = AnchorFile(data / "anchors" / "checkpoints.txt")
        anchors = [Anchor("file", anchored)]
        sequencer = Sequencer(
            engine, lambda: keys.signer(FileKeys(data / "keys"), "test-log"), data, file=file, anchors=anchors, batch=4
        )  # fmt: skip
        for name in ("begin", "settle", "forget"):
            usual = getattr(sequencer.memory, name)
            setattr(sequencer.memory, name, lambda *given, usual=usual: (step(), usual(*given), step()))
        sequencer.drain()
    except BaseException:
        os._exit(1)
    os._exit(0)


def test_death_between_any_two_steps_loses_and_doubles_nothing(world):
    """A process that dies before or after any statement, commit, file or anchor leaves a log that the next one completes."""
    written = 0
    for last in range(1, 200):
        world.write(6)
        written += 6
        world.engine.dispose()  # SQLite's connections must not cross a fork.
        code = drain_until(world.data, last)
        assert code in (0, 9)
        if code == 0:
            break
        if last % 3 == 0:
            world.sequencer.drain()
    assert last > 30, "every step of two batches and an anchor was tried"
    world.sequencer.drain()
    assert objects(world) == [f"toys_things:{number}" for number in range(written)]
    report = world.log.verify()
    assert report.ok, list(report.lines())
    assert Checkpoint.read(world.log.signer.verifier.open(world.file.notes()[-1])).size == written


TOGETHER = """
import sys
from pathlib import Path
from dihya_audit import keys
from dihya_audit.sequencer import Sequencer
from dihya_keys.service import FileKeys
from sqlalchemy import create_engine

data = Path(sys.argv[1])
engine = create_engine(f"sqlite:///{data / 'dihya.db'}", connect_args={"timeout": 30})
sequencer = Sequencer(engine, lambda: keys.signer(FileKeys(data / "keys"), "test-log"), data, batch=3)
print("ready", flush=True)
while not (data / "done").exists():
    sequencer.drain(60)
"""


def test_two_processes_make_one_chain(world):
    """Two processes that drain at once, while a third writes, make one log without gap or double."""
    command = [sys.executable, "-c", TOGETHER, str(world.data)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    world.write(150)
    (world.data / "done").touch()
    for worker in workers:
        worker.communicate(timeout=120)
        assert worker.returncode == 0
    world.sequencer.drain()
    assert objects(world) == [f"toys_things:{number}" for number in range(150)]
    assert world.log.verify().ok


def test_a_leader_that_hangs_is_reported(world):
    """Who waits too long for the lead is told, and nothing is lost."""
    world.write(1)
    with FileLock(world.data / "audit" / "audit.lock"), pytest.raises(DihyaError, match="held the lead"):
        world.sequencer.drain(timeout=0.05)
    assert world.sequencer.drain() == 1


BETWEEN = {
    "altered": ["DROP TRIGGER audit_nodes_no_update", "UPDATE audit_nodes SET hash = zeroblob(32)"],
    "put back": [
        "DROP TRIGGER audit_entries_no_delete",
        "DROP TRIGGER audit_nodes_no_delete",
        "DELETE FROM audit_entries WHERE position >= 3",
        "DELETE FROM audit_nodes WHERE (position + 1) * (1 << level) > 3",
        "DELETE FROM audit_checkpoints WHERE size > 3",
    ],
}


@pytest.mark.parametrize("way", BETWEEN)
def test_what_changes_between_the_look_and_the_signature_is_not_signed(world, monkeypatch, way):
    """The transaction that signs compares the log with what was signed last, whatever was found before."""
    for _ in range(2):
        world.write(3)
        world.sequencer.drain()
    notes, look = world.file.notes(), world.sequencer.examine

    def examine():
        report = look()
        with world.engine.begin() as connection:
            for statement in BETWEEN[way]:
                connection.execute(text(statement))
        return report

    monkeypatch.setattr(world.sequencer, "examine", examine)
    world.write(1)
    with pytest.raises(Stopped, match="is not what was signed"):
        world.sequencer.drain()
    assert (world.file.notes(), world.sequencer.waiting()) == (notes, 1)


def test_input_forges_no_line(world, capsys):
    """Line breaks and escapes in an event stay in their entry: in the database, in a bundle, in a report."""
    world.write(1, object='x\r\n{"index":0}\x1b[2K\x00\u2028')
    world.write(1)
    report = verify_bundle(world.log.bundle())
    assert report.ok and report.checked == 2
    assert world.log.search(act="act-0")[-1].event.object == 'x\r\n{"index":0}\x1b[2K\x00\u2028'
    with world.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_no_update"))
        connection.execute(text("UPDATE audit_entries SET action = 'a' || char(10) || 'verified: forged'"))
    assert all("\n" not in line for line in world.log.verify().lines())
