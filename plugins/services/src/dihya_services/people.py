"""What lies outside of the tables about a person: the files, archives and logs of their generations."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.rgpd import Disclosure, Erasure, Subject
from dihya_hookspecs.storage import Blobs
from sqlalchemy import delete, select

from .models import Generation, Progress
from .service import forget_blobs


def _generations(subject: Subject) -> Sequence[Generation]:
    return current().session.scalars(select(Generation).where(Generation.person_id == subject.key)).all()


def disclose(subject: Subject) -> list[Disclosure]:
    """Return the archives of a person's generations, and the files of those that were not proven."""
    files: dict[str, bytes] = {}
    gaps: list[str] = []
    for generation in _generations(subject):
        for digest, ending in ((generation.archive, "zip"), (generation.archive is None and generation.files, "json")):
            if digest:
                try:
                    files[f"{generation.name}-{generation.id}.{ending}"] = get(Blobs).read(str(digest))
                except NotFound:
                    gaps.append(f"the {ending} of the generation {generation.id} is missing from the store")
    return [Disclosure("services", files=files, gaps=tuple(gaps))] if files or gaps else []


def erase(subject: Subject) -> list[Erasure]:
    """Let go of the blobs of a person's generations, of their progress and of what a killed proof left, before the rows go."""
    found = _generations(subject)
    if not found:
        return []
    act = current()
    removed = sum(forget_blobs(act, generation) for generation in found)
    ids = [generation.id for generation in found]
    act.session.execute(delete(Progress).where(Progress.generation_id.in_(ids)))
    work = sum(_cleared(act.get(AppInfo).data / "work", str(id)) for id in ids)
    return [
        Erasure("services files", removed=removed),
        *([Erasure("services work folders", removed=work)] if work else []),
    ]


def _cleared(folder: Path, generation: str) -> int:
    """Remove the working folders of a generation, whose files say what the person typed; return how many there were."""
    left = list(folder.glob(f"{generation}*"))
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)
