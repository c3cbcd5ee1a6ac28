"""What is checked after a plugin is offered: its lines, its report and its statement are then written anew."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid, folders
from dihya_hookspecs.acts import Act, current
from dihya_hookspecs.generation import Check, Prover
from dihya_hookspecs.ops import Steps, Tasks
from dihya_hookspecs.storage import Blobs
from sqlalchemy.orm import Session

from . import archive
from .ending import outcome
from .models import Generation
from .progress import tell
from .service import blob_purpose
from .settings import Settings

TASK = "services.finish"


def begin(act: Act, generation: Generation) -> None:
    """Queue what is left, where something is."""
    if outcome(generation) == "ready" and waits(generation):
        act.get(Tasks).enqueue(TASK, {"id": str(generation.id)}, key=f"finish-{generation.id}")


def waits(generation: Generation) -> bool:
    """Tell whether a line of the proof was not checked yet."""
    return any(check.get("later") and not check["passed"] for check in generation.checks or ())


def finish(steps: Steps, payload: Mapping[str, Any]) -> None:
    """Run what is left of one proof. A generation that is gone, or has nothing left, is nothing to do."""
    id = str(payload["id"])
    try:
        steps.run("finish", partial(_finish, id, steps))
    except Exception as error:
        steps.run("fail", partial(_give_up, id, f"{type(error).__name__} in the workflow"))
        raise


def _give_up(id: str, reason: str) -> dict[str, bool]:
    """Say that nobody knows what was left, so that nobody waits for it for ever."""
    generation = current().get(Session).get(Generation, uuid.UUID(id))
    if generation is not None:
        left = [check for check in generation.checks or () if check.get("later") and not check["passed"]]
        generation.checks = replaced(generation.checks, [_unchecked(check, reason) for check in left])
    return {"done": False}


def _finish(id: str, steps: Steps) -> dict[str, bool]:
    act = current()
    generation = act.get(Session).get(Generation, uuid.UUID(id))
    if generation is None or not generation.files or not waits(generation):
        return {"done": False}
    files = json.loads(act.get(Blobs).read(generation.files))
    settings, name = act.get(Settings), root_name(generation.name)
    with room(steps.folder / "finish", name) as (target, kept):
        proof = proof_of(files)
        folders.fill({path: text for path, text in files.items() if path not in proof}, target)
        folders.fill(proof, kept)
        act.keep()  # no transaction stays open while the plugin is proven
        seconds, memory = settings.proof_seconds, settings.proof_memory_mb
        try:
            lines = act.get(Prover).finish(target, kept=kept, seconds=seconds, memory_mb=memory)
        except Invalid as error:
            lines = [_unchecked(check, error.message) for check in generation.checks if check.get("later")]
        anew = {**files, **folder_of(kept)}
    generation.checks = replaced(generation.checks, lines)
    generation.files = put(
        act,
        generation,
        json.dumps(anew, ensure_ascii=False, sort_keys=True).encode(),
        "application/json",
        "files.json",
        generation.files,
    )
    data = archive.pack(anew, name)
    generation.archive = put(act, generation, data, "application/zip", f"{name}.zip", generation.archive)
    generation.archive_size = len(data)
    tell(generation.id)
    return {"done": True}


def _unchecked(check: Mapping[str, Any], reason: str) -> Check:
    return Check(
        **{**check, "later": False, "unchecked": True, "detail": reason, "french": (check["french"][0], reason)}
    )


def replaced(checks: Sequence[Mapping[str, Any]], lines: Sequence[Check]) -> list[dict[str, Any]]:
    """Return the lines of a proof with new ones in the places of those that they are about."""
    anew = {line.check: asdict(line) for line in lines}
    return [anew.get(check["check"], dict(check)) if check.get("check") else dict(check) for check in checks]


def proof_of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files that a proof left in a plugin: what lies in ``.dihya`` and is not the origin of the others."""
    return {
        path: text for path, text in files.items() if path.startswith(".dihya/") and path != ".dihya/provenance.json"
    }


def folder_of(kept: Path) -> dict[str, str]:
    """Return the text files of a folder, path → text."""
    return {path.relative_to(kept).as_posix(): path.read_text("utf-8") for path in kept.rglob("*") if path.is_file()}


@contextmanager
def room(place: Path, name: str) -> Iterator[tuple[Path, Path]]:
    """Give two empty folders, for a plugin and for what its proof leaves; both are gone afterwards."""
    shutil.rmtree(place, ignore_errors=True)
    target, kept = place / name, place / "kept"
    try:
        target.mkdir(parents=True)
        kept.mkdir()
        yield target, kept
    finally:
        shutil.rmtree(place, ignore_errors=True)


def put(
    act: Act, generation: Generation, data: bytes, media_type: str, filename: str, before: str | None = None
) -> str:
    """Keep something of a generation and return its digest.

    Args:
        before: the digest of what it stands in the place of, which is let go.
    """
    purpose, owner, blobs = blob_purpose(generation), generation.person_id, act.get(Blobs)
    digest = blobs.put(data, media_type=media_type, filename=filename, purpose=purpose, owner=owner).digest
    if before and before != digest:
        blobs.remove(before, owner=owner, purpose=purpose)
    return digest


def root_name(name: str) -> str:
    """Return the folder in which a plugin comes, on disk and in its ZIP."""
    return f"dihya-{name.replace('_', '-')}"
