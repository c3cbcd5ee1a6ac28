"""The key that signs checkpoints: one file in the data folder, made at first use."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from dihya_hookspecs import DihyaError

from .note import BadNote, Signer


def signer(folder: Path, origin: str = "") -> Signer:
    """Return the key in *folder*, making it when there is none.

    Args:
        origin: the name that the log must have; empty for whatever it has, or a made-up one.

    Raises:
        DihyaError: the file is damaged, or the key was made under another name.
    """
    path = folder / "audit.key"
    if not path.exists():
        _create(path, Signer.create(origin or f"dihya-audit/{secrets.token_hex(6)}"))
    try:
        found = Signer.read(path.read_text("ascii").strip())
    except (BadNote, ValueError) as error:
        raise DihyaError(f"the audit key {path} is damaged; restore it from a backup", code="audit-key") from error
    if origin and found.name != origin:
        raise DihyaError(
            f"audit.origin is {origin!r}, but the log's key is named {found.name!r}; a log keeps its name",
            code="audit-origin",
        )
    return found


def _create(path: Path, new: Signer) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{new}\n")
            file.flush()
            os.fsync(file.fileno())
        # A link fails where a rename would replace: of two processes that start together, the first one's key stands.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
