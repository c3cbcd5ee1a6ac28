"""Packs a part of the log, with everything that is needed to check it, into one ZIP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

from dihya_hookspecs import NotFound
from dihya_hookspecs.storage import zipped
from sqlalchemy import Connection, select

from .merkle import consistency, inclusion
from .note import Signer
from .tables import checkpoints, entries, node_reader
from .verify import FORMAT

_README = """This is a part of an audit log, with its proofs.

Check it on any machine with Python:    dihya audit verify FILE --vkey KEY
or, with nothing but cryptography and click beside the package:    python -m dihya_audit.verify FILE --vkey KEY

Take KEY from somebody you trust rather than from verifier-key.txt in here: without it, the check proves only that
this file agrees with itself.
"""


def pack(connection: Connection, signer: Signer, act: str | None = None) -> bytes:
    """Return the bundle of the whole log, or of one act.

    Raises:
        NotFound: nothing is logged yet, or nothing of this act.
    """
    newest = connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()
    if newest is None:
        raise NotFound("the audit log has no entry yet")
    node = node_reader(connection)
    query = select(entries.c.position, entries.c.leaf, entries.c.envelope).where(entries.c.position < newest.size)
    query = query.where(entries.c.act == act) if act is not None else query
    rows = connection.execute(query.order_by(entries.c.position)).all()
    if not rows:
        raise NotFound("the audit log has no entry of this act")
    files = {"README.txt": _README.encode(), "checkpoint.note": newest.note.encode()}
    files["verifier-key.txt"] = f"{signer.verifier}\n".encode()
    files["entries.jsonl"] = _lines(
        {"index": row.position, "leaf": bytes(row.leaf).hex(), "event": row.envelope} for row in rows
    )
    if act is None:
        files["leaves.bin"] = b"".join(bytes(row.leaf) for row in rows)
    else:
        files["proofs.jsonl"] = _lines(
            {"index": row.position, "path": [step.hex() for step in inclusion(row.position, newest.size, node)]}
            for row in rows
        )
    files |= _continuation(connection, newest.size, node)
    return _zip(files, signer, "log" if act is None else "act", act, [row.position for row in rows] if act else [])


def _continuation(connection: Connection, size: int, node) -> dict[str, bytes]:
    """The newest checkpoint that every anchor has, other than this one, and the proof that this one continues it."""
    previous = connection.execute(
        select(checkpoints)
        .where(checkpoints.c.anchored_at.is_not(None), checkpoints.c.size < size)
        .order_by(checkpoints.c.size.desc())
        .limit(1)
    ).first()
    if previous is None:
        return {}
    path = [step.hex() for step in consistency(previous.size, size, node)]
    proof = {"old": previous.size, "new": size, "path": path}
    return {"previous.note": previous.note.encode(), "consistency.json": json.dumps(proof).encode()}


def _zip(files: dict[str, bytes], signer: Signer, scope: str, act: str | None, indices: list[int]) -> bytes:
    manifest = json.dumps(
        {
            "format": FORMAT,
            "origin": signer.name,
            "scope": scope,
            "act": act,
            "entries": indices,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
        },
        indent=1,
    ).encode()
    # Not a checkpoint: the second line is a hash, and a checkpoint has a number there.
    signed = signer.sign(f"{FORMAT}\n{sha256(manifest).hexdigest()}\n").encode()
    return zipped({"manifest.json": manifest, "manifest.note": signed, **files})


def _lines(objects) -> bytes:
    return "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in objects).encode()
