"""After a break, a person records why; from then on the log is signed and verified again, and the break stays visible."""

from __future__ import annotations

import shutil

import pytest
from dihya_audit.accepting import MOST_LOST, Acceptance
from dihya_audit.continuation import ACTION
from dihya_audit.note import Checkpoint
from dihya_audit.sequencer import Stopped
from dihya_audit.verify import verify_bundle
from dihya_hookspecs import DihyaError, Invalid
from sqlalchemy import text


@pytest.fixture
def rolled_back(world):
    """A log of 17 entries whose database somebody has replaced by the copy that had 8, and three more acts."""
    world.write(8)
    world.sequencer.drain()
    world.engine.dispose()
    shutil.copy(world.data / "dihya.db", world.data / "old.db")
    world.write(9)
    world.sequencer.drain()
    put_back(world)
    world.write(3)
    return world


def put_back(world, name="old.db"):
    world.engine.dispose()
    for suffix in ("-wal", "-shm"):
        (world.data / f"dihya.db{suffix}").unlink(missing_ok=True)
    shutil.copy(world.data / name, world.data / "dihya.db")


def change(world, *statements, **values):
    with world.engine.begin() as connection:
        for table in ("audit_entries", "audit_nodes"):
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        for statement in statements:
            connection.execute(text(statement), values)


def sizes(world):
    return [Checkpoint.read(world.log.signer.verifier.open(note)).size for note in world.file.notes()]


def test_a_restored_log_goes_on_once_a_reason_is_recorded(rolled_back):
    """Nothing is signed below what was anchored; then the reason is the next entry, and everything verifies."""
    world = rolled_back
    with pytest.raises(DihyaError, match="older database"):
        world.log.probe()
    anchored = sizes(world)
    with pytest.raises(Stopped):
        world.sequencer.drain()
    assert sizes(world) == anchored and world.sequencer.waiting() == 3
    found = world.log.accept("the disk failed; restored last night's copy", "p7", "act-accept")
    assert (found.index, found.signed, found.kept) == (8, 17, 8)
    assert "12 entries, checkpoint verified; 1 continuation recorded" in world.log.probe()
    assert world.sequencer.waiting() == 0
    report = world.log.verify()
    assert report.ok and report.size == 12
    lines = "\n".join(report.lines())
    assert lines.startswith("verified: 12 entries") and "1 continuation:" in lines
    assert "at entry 8, on 20" in lines and "restored last night's copy" in lines
    assert "9 entries that had been signed are not in it" in lines
    (entry,) = world.log.search(query=ACTION)
    assert entry.event.actor == "p7" and entry.event.facts["signed.size"] == 17


def test_it_stays_verified_when_the_log_outgrows_what_was_signed_before(rolled_back):
    """When new checkpoints cover as many entries as the abandoned ones did, each side is told from the other."""
    world = rolled_back
    world.log.accept("restored", None, "act-accept")
    for _ in range(12):
        world.write(1)
        world.sequencer.drain()
    assert world.log.verify().ok and world.log.probe()
    assert len(set(sizes(world))) < len(sizes(world)), "some sizes were signed twice, over different entries"


def test_a_roll_back_behind_the_continuation_is_found(rolled_back):
    """A recorded break explains what was signed before it, and nothing that was signed after it."""
    world = rolled_back
    world.log.accept("restored", None, "act-accept")
    world.engine.dispose()
    shutil.copy(world.data / "dihya.db", world.data / "later.db")
    world.write(2)
    world.sequencer.drain()
    put_back(world, "later.db")
    world.write(2)
    with pytest.raises(Stopped):
        world.sequencer.drain()
    assert not world.log.verify().ok
    world.log.accept("and once more", None, "act-again")
    report = world.log.verify()
    assert report.ok and len(report.continuations) == 2


def test_going_back_before_an_earlier_continuation_is_bridged_too(rolled_back):
    """A backup from before the first break may be restored: its one continuation explains both abandoned branches."""
    world = rolled_back
    world.log.accept("restored", None, "act-accept")
    world.write(2)
    world.sequencer.drain()
    put_back(world)
    world.log.accept("restored again", None, "act-again")
    world.write(12)
    world.sequencer.drain()
    report = world.log.verify()
    assert report.ok and [each.index for each in report.continuations] == [8]


def test_the_bundle_shows_the_continuation(rolled_back):
    """An exported log verifies with the key and says where it was continued, and why."""
    rolled_back.log.accept("restored", None, "act-accept")
    report = verify_bundle(rolled_back.log.bundle(), str(rolled_back.log.signer.verifier))
    assert report.ok and [each.reason for each in report.continuations] == ["restored"]
    assert "1 continuation:\n  at entry 8, on 20" in "\n".join(report.lines())


def test_a_forged_history_is_carried_on_with_its_scar(world):
    """Entries that contradict what was signed are in the log on the word of who accepted them, and the report says so."""
    world.write(5)
    world.sequencer.drain()
    world.write(6)
    world.sequencer.drain()
    change(
        world,
        "UPDATE audit_entries SET leaf = zeroblob(32) WHERE position = 7",
        "DELETE FROM audit_nodes",
        "DELETE FROM audit_checkpoints WHERE size > 5",
    )
    with pytest.raises(DihyaError):
        world.log.probe()
    found = world.log.accept("incident 7", "p1", "act-accept")
    assert found.kept == 5 and found.flaws
    report = world.log.verify()
    assert report.ok, list(report.lines())
    assert "entries 5 to 10 are in it on that person's word" in "\n".join(report.lines())
    world.write(4)
    world.sequencer.drain()
    assert world.log.verify().ok
    change(world, "UPDATE audit_entries SET leaf = zeroblob(32) WHERE position = 8")
    assert not world.log.verify().ok, "another entry was not accepted"


def test_a_removed_entry_leaves_a_placeholder(world):
    """Where an entry is gone, an entry says that one was lost; the others keep their places."""
    world.write(12)
    world.sequencer.drain()
    change(world, "DELETE FROM audit_entries WHERE position IN (3, 4)")
    found = world.log.accept("two rows lost in a crash", None, "act-accept")
    assert found.index == 12
    assert [entry.index for entry in world.log.search(query="audit.lost")] == [4, 3]
    assert world.log.verify().ok


@pytest.mark.parametrize("column", ["envelope", "actor", "object"])
def test_an_altered_row_stays_named_in_the_record(world, column):
    """What cannot be mended is listed in the continuation, is not found again, and the next alteration is."""
    world.write(12)
    world.sequencer.drain()
    change(world, f"UPDATE audit_entries SET {column} = replace({column}, 'p1', 'p2') || ' ' WHERE position = 3")
    world.log.accept("seen", None, "act-accept")
    report = world.log.verify()
    assert report.ok and len(report.continuations[0].flaws) == 1
    change(world, f"UPDATE audit_entries SET {column} = {column} || ' ' WHERE position = 5")
    assert not world.log.verify().ok


def test_there_is_nothing_to_accept_on_a_whole_log(world):
    """A reason without a break is refused, and so is a break without a reason."""
    world.write(2)
    world.sequencer.drain()
    with pytest.raises(Invalid, match="nothing to accept"):
        world.log.accept("why not", None, "act-accept")
    for reason in ("", "  \n", "x" * 1000):
        with pytest.raises(Invalid, match="a reason has"):
            Acceptance(world.sequencer, reason, None, "act-accept")


def test_a_log_with_too_many_holes_is_not_carried_on(world):
    """Where more is gone than anybody can vouch for, a backup is asked for and nothing is changed."""
    world.write(3)
    world.sequencer.drain()
    change(world, f"UPDATE audit_entries SET position = {MOST_LOST + 10} WHERE position = 2")
    with pytest.raises(Invalid, match="restore a backup"):
        world.log.accept("lost", None, "act-accept")
    assert not world.log.verify().ok


def test_a_stop_outlives_the_repair(world):
    """Putting everything right again behind the log's back is not enough: somebody says what happened."""
    world.write(3)
    world.sequencer.drain()
    change(world, "UPDATE audit_entries SET actor = 'p2' WHERE position = 1")
    with pytest.raises(DihyaError):
        world.log.probe()
    change(world, "UPDATE audit_entries SET actor = 'p1' WHERE position = 1")
    with pytest.raises(DihyaError, match="nothing is signed"):
        world.log.probe()
    assert not world.log.verify().ok
    world.log.accept("a test of the alarm", None, "act-accept")
    assert world.log.probe() and world.log.verify().ok


def test_the_guards_stand_again_after_a_continuation(rolled_back):
    """The triggers that refuse changes of the log are in their places after it was mended."""
    rolled_back.log.accept("restored", None, "act-accept")
    with rolled_back.engine.begin() as connection, pytest.raises(Exception, match="only grows"):
        connection.execute(text("DELETE FROM audit_entries"))


def test_a_log_without_its_checkpoints_goes_on(world):
    """When every checkpoint was removed, the anchored ones still prove the entries, and their absence is recorded."""
    for _ in range(3):
        world.write(3)
        world.sequencer.drain()
    change(world, "DELETE FROM audit_checkpoints")
    found = world.log.accept("checkpoints lost", None, "act-accept")
    assert found.kept == 9 and len(found.flaws) == 3
    assert world.log.verify().ok and world.log.probe()
