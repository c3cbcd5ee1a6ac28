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
from dihya_hookspecs.i18n import Text
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


LEFT_OUT = Text(
    "the setting “Checks after the offer” of this installation leaves it out",
    "le réglage « Contrôles après l’offre » de cette installation l’écarte",
)


def begin(act: Act, generation: Generation) -> None:
    """Queue what is left, where something is; say of it that nobody checks it where the setting leaves it out."""
    if outcome(generation) != "ready" or not waits(generation):
        return
    if act.get(Settings).further_checks:
        act.get(Tasks).enqueue(TASK, {"id": str(generation.id)}, key=f"finish-{generation.id}")
    else:
        _leave(generation, LEFT_OUT)


def waits(generation: Generation) -> bool:
    """Tell whether a line of the proof was not checked yet."""
    return bool(_left(generation))


def _left(generation: Generation) -> list[Mapping[str, Any]]:
    return [check for check in generation.checks or () if check.get("later") and not check["passed"]]


def _leave(generation: Generation, reason: Text) -> None:
    """Say of what is left that it was not checked, and why."""
    generation.checks = replaced(generation.checks, [_unchecked(check, reason) for check in _left(generation)])


def finish(steps: Steps, payload: Mapping[str, Any]) -> None:
    """Run what is left of one proof. A generation that is gone, or has nothing left, is nothing to do."""
    id = str(payload["id"])
    try:
        steps.run("finish", partial(_finish, id, steps))
    except Exception as error:
        name = type(error).__name__
        steps.run("fail", partial(_give_up, id, Text(f"{name} in the workflow", f"{name} dans le déroulement")))
        raise


def _give_up(id: str, reason: Text) -> dict[str, bool]:
    """Say that nobody knows what was left, so that nobody waits for it for ever."""
    generation = current().get(Session).get(Generation, uuid.UUID(id))
    if generation is not None:
        _leave(generation, reason)
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
            reason = Text(error.message, error.message)
            lines = [_unchecked(check, reason) for check in generation.checks if check.get("later")]
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


def _unchecked(check: Mapping[str, Any], reason: Text) -> Check:
    told = {"detail": reason.en, "french": (check["french"][0], reason.fr)}
    return Check(**{**check, "later": False, "unchecked": True, **told})


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
