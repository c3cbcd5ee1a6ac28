"""The change that is under way, or the last one: written down, so that every process can tell how far it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from dihya_core.runtime import Runtime
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.installing import Change, Progress

from . import swap
from .sentences import packed, unpacked

PLACE = Path(".install", "work.json")
STEPS: dict[str, tuple[str, ...]] = {
    "install": ("look", "try", "tables", "swap", "check", "server"),
    "undo": ("look", "back", "try", "tables", "swap", "check", "server"),
    "uninstall": ("remove", "server"),
    "purge": ("tables", "remove", "server"),
}


@dataclass(frozen=True, slots=True)
class Errand:
    """A change that somebody asked for.

    Attributes:
        work: what it is, for whoever comes meanwhile: ``install club 0.2.0``.
        by, who: id and name of who asked for it.
        tell: is called with each step that begins.
        lock: the descriptor of the lock of installations, where this process has inherited it.
        digest: the SHA-256 of the wheel.
    """

    work: str
    by: str = OPERATOR.id
    who: str = "the operator"
    tell: Callable[[str], None] = lambda step: None
    lock: int | None = None
    digest: str = ""


def new(change: Change, name: str, version: str, by: str, digest: str = "") -> Progress:
    """Return the record of a change that begins now."""
    steps = STEPS[change]
    return Progress(
        change, name, version, "running", steps, steps[0], by, at=f"{datetime.now(UTC):%FT%TZ}", digest=digest
    )


def write(data: Path, progress: Progress, said: object = "") -> None:
    """Write the record; whoever reads sees it whole.

    Args:
        said: why it failed, as it can be said in any language.
    """
    file = data / PLACE
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as text:
        json.dump(asdict(progress) | ({"sentence": packed(said)} if said else {}), text)
    fresh.replace(file)


def read(data: Path) -> Progress | None:
    """Return the record, with who is at it; None when nothing was ever changed here."""
    progress = _written(data)
    if progress is not None and progress.state == "running":
        holder = swap.holder(data)
        if holder is not None:
            return replace(progress, who=holder.get("who", ""))
        last = _written(data)  # it may have ended between the two looks
        return replace(last, state="interrupted") if last and last.state == "running" else last
    return progress


def reached(progress: Progress, runtime: Runtime) -> bool:
    """Tell whether what is installed is what the change was to lead to."""
    there = runtime.plugins.get(progress.name)
    if progress.change in ("uninstall", "purge"):
        return there is None
    return there is not None and there.candidate.version == progress.version


def _written(data: Path) -> Progress | None:
    try:
        said = json.loads((data / PLACE).read_text("utf-8"))
        known = {each.name for each in fields(Progress)}
        progress = Progress(**{key: value for key, value in said.items() if key in known})
        if "sentence" in said:
            progress = replace(progress, said=str(unpacked(said["sentence"])))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return replace(progress, steps=tuple(progress.steps))
