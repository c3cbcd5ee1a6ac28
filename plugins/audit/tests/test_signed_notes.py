"""Checkpoints count when the key has signed them."""

from __future__ import annotations

from dihya_audit.note import Signer
from dihya_keys.signing import LocalSigner


def test_a_forged_checkpoint_is_named(touched, world):
    """A checkpoint that another key has signed is reported."""
    stranger = Signer(LocalSigner.create("test-log"))
    note = stranger.sign("test-log\n23\n" + "A" * 43 + "=\n")
    report = touched("UPDATE audit_checkpoints SET note = :note WHERE size = 23", note=note)
    assert "unsigned" in {finding.kind for finding in report.findings}


def test_the_trusted_key_decides(world):
    """With a key that one trusts, a log that was signed anew by another is refused."""
    world.write(3)
    assert world.log.verify(str(world.log.signer.verifier)).ok
    assert not world.log.verify(str(Signer(LocalSigner.create("test-log")).verifier)).ok
