"""What is kept apart from the database finds out who changed it with its checkpoints."""

from __future__ import annotations

import shutil

from dihya_audit.comparing import continues


def test_a_cut_end_with_its_checkpoint_is_named(touched, named):
    """Who removes the checkpoint too is found out by the anchored one."""
    report = touched(
        "DELETE FROM audit_entries WHERE position >= 21",
        "DELETE FROM audit_nodes WHERE (position + 1) * (1 << level) > 21",
        "DELETE FROM audit_checkpoints WHERE size > 21",
    )
    assert {21, 22} <= named(report)
    assert "missing" in {finding.kind for finding in report.findings}


def test_an_old_copy_of_the_database_is_found_out(world, named):
    """Putting an old copy back is detected against the anchored checkpoint, also after it has grown again."""
    world.write(8)
    world.sequencer.drain()
    world.engine.dispose()
    shutil.copy(world.data / "dihya.db", world.data / "old.db")
    world.write(9)
    world.sequencer.drain()
    world.engine.dispose()
    for suffix in ("-wal", "-shm"):
        (world.data / f"dihya.db{suffix}").unlink(missing_ok=True)
    shutil.copy(world.data / "old.db", world.data / "dihya.db")
    report = world.log.verify()
    assert named(report) == set(range(8, 17))
    world.write(30, actor="p9")
    report = world.log.verify()
    assert not report.ok and "older database" in report.findings[0].detail


def test_a_log_continues_what_was_signed_over_its_beginning(world):
    """A checkpoint is continued by a later one over the same entries, and not by what another history gives."""
    world.write(3)
    first = world.log.checkpoint()
    world.write(4)
    second = world.log.checkpoint()
    verifier = world.log.signer.verifier
    with world.engine.connect() as connection:
        assert continues(connection, verifier, first, second)
        assert not continues(connection, verifier, second, first)
        other = world.log.signer.sign("test-log\n3\n" + "A" * 43 + "=\n")
        assert not continues(connection, verifier, other, second)
        assert not continues(connection, verifier, "no note", second)
