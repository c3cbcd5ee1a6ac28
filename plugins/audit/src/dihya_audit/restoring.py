"""What a restored backup means for the log: its key and anchors come back, and the break is recorded by itself."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.audit import AuditLog
from dihya_hookspecs.backup import Restored
from dihya_hookspecs.keys import Keys

from . import keys
from .accepting import Acceptance
from .anchors import AnchorFile
from .continuation import LONGEST_REASON
from .evidence import Evidence, Head
from .live import LiveLog
from .memory import Memory
from .note import BadNote, Checkpoint, Signer
from .service import Log
from .settings import Settings

log = logging.getLogger("dihya.audit")


def check() -> str:
    """Return what a backup holds of the log, checked on its own; raise DihyaError when it is not whole.

    The files beside the database are copied after it, and may know of later signatures: nothing is held against it here.
    """
    found: Log = get(AuditLog)  # type: ignore[assignment]
    with found.engine.connect() as connection:
        head = Head.of(connection)
        if not head.entries:
            return "the audit log is empty"
        report = LiveLog(connection, found.signer.verifier, Evidence(), head).check()
    wrong = [finding for finding in report.findings if finding.kind not in ("forgotten", "waiting")]
    if wrong:
        raise DihyaError(f"the audit log in this backup is not what was signed: {wrong[0].detail}", code="audit-backup")
    return f"{report.size} entries of the audit log verified"


def restored(what: Restored) -> None:
    """Record that a backup was put back, if the log in it is the beginning of what was signed.

    The anchors and the last signature of the folder that is replaced stay the judge: a backup that contradicts them is
    restored all the same, but nothing is signed until a person has said why.
    """
    found: Log = get(AuditLog)  # type: ignore[assignment]
    with found.engine.connect() as connection:
        if not Head.of(connection).entries:
            return
    if what.previous:
        then = get(Keys).beside(what.previous)
        keep_evidence(what.previous, then, get(AppInfo).data, get(Settings).anchor_file, found.signer)
    act = current()
    reason = f"backup of {what.taken_at} restored" + (f": {what.reason}" if what.reason else "")
    made = Acceptance(found.sequencer, reason[:LONGEST_REASON], act.actor.id if act.actor else None, act.id)
    if made.record_older() is None:
        log.error("the restored audit log contradicts what was signed before; 'dihya audit verify' says where")


def keep_evidence(previous: Path, then: Keys, data: Path, anchor_file: str, signer: Signer) -> None:
    """Carry over what the folder that is replaced knows of later signatures, if they are of the same key."""
    try:
        if keys.signer(then).verifier != signer.verifier:
            return
    except DihyaError:
        return
    before, now = AnchorFile(previous / anchor_file), AnchorFile(data / anchor_file)
    if before.path != now.path and _largest(before.notes(), signer) > _largest(now.notes(), signer):
        now.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(before.path, now.path)
        now.path.chmod(0o600)
    old, new = Memory(previous), Memory(data)
    last, here = old.read().signed, new.read().signed
    if last and _largest([last.note], signer) > _largest([here.note] if here else [], signer):
        new.forget()
        new.begin(last)
        new.settle()


def _largest(notes: list[str], signer: Signer) -> int:
    """Return the size of the largest checkpoint in *notes* that *signer* has signed."""
    sizes = [0]
    for note in notes:
        try:
            sizes.append(Checkpoint.read(signer.verifier.open(note)).size)
        except BadNote:
            continue
    return max(sizes)
