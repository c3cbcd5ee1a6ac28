"""What the key of the log needs besides itself: a new one only for a new log, and what was signed last with it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.audit import AuditLog

if TYPE_CHECKING:
    from .service import Log


def make() -> None:
    """Make the key of a new log. Raises NoKey for another's log."""
    from .service import make_key

    make_key()


def give() -> str:
    """Return what was signed last here; empty while nothing was."""
    import json
    from dataclasses import asdict

    found = cast("Log", get(AuditLog))
    found.catch_up(2.0)
    signed = found.sequencer.memory.read().signed
    return json.dumps(asdict(signed)) if signed else ""


def take(text: str) -> None:
    """Remember what another machine signed last, unless something was signed here. Raises ValueError."""
    import json

    from .memory import Memory, Signed
    from .note import Checkpoint

    memory = Memory(get(AppInfo).data)
    if not text or memory.read().signed:
        return
    note = json.loads(text)["note"]
    found = cast("Log", get(AuditLog))
    Checkpoint.read(found.signer.verifier.open(note))  # nothing else is ever continued
    memory.begin(Signed(note))
    memory.settle()
