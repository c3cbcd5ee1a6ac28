"""The suite is tested too: plugins with one defect each, of which exactly the check that is meant for it must tell."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid

from .model import Check, Result
from .registry import checks, with_needs

GOOD, BASE = "good", "shelf"
COSTLY = "tests.can-fail"
"""It draws its sample by the wheel's digest, and so says of each mutant something else; it is asked where it is meant."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A plugin with one defect.

    Attributes:
        caught_by: the check that must tell of it.
        why: the defect, in a few words.
        edits: ``file`` with ``find`` and ``replace``, with a whole ``text``, or with ``remove``.
        wheel: only the wheel has the defect; the folder beside it is the good one.
    """

    name: str
    caught_by: str
    why: str
    edits: Sequence[Mapping[str, Any]]
    wheel: bool = False
    base: str = BASE


def read(folder: Path) -> list[Mutant]:
    """Return the mutants of a folder by name. Raises Invalid for one that cannot be read, or is meant for no check."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            said = tomllib.loads(path.read_text("utf-8"))
            one = Mutant(
                path.stem,
                said["caught_by"],
                said["why"],
                said["edit"],
                said.get("wheel", False),
                said.get("base", BASE),
            )
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise Invalid(f"the mutant {path.name!r} cannot be read: {error}") from error
        if one.caught_by not in checks():
            raise Invalid(f"the mutant {path.name!r} is meant for {one.caught_by!r}, which is no check")
        found.append(one)
    if not found:
        raise Invalid(f"no mutants in {str(folder)!r}; each is a file such as no-licence.toml")
    return found


def good(folder: Path) -> list[Path]:
    """Return the plugins without a defect: nothing must be said of them."""
    return sorted(path.parent for path in (folder / GOOD).glob("*/pyproject.toml"))


def made(mutant: Mutant, folder: Path, place: Path) -> Path:
    """Write the mutant below *place* and return its folder. Raises Invalid for an edit that changes nothing."""
    target = Path(shutil.copytree(folder / GOOD / mutant.base, place / mutant.base))
    for edit in mutant.edits:
        path = target / edit["file"]
        if edit.get("remove"):
            path.unlink()
        elif "text" in edit:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edit["text"], encoding="utf-8")
        else:
            text = path.read_text("utf-8")
            if edit["find"] not in text:
                raise Invalid(f"the mutant {mutant.name!r} does not find {edit['find']!r} in {edit['file']!r}")
            path.write_text(text.replace(edit["find"], edit["replace"]), encoding="utf-8")
    return target


def asked(mutant: Mutant, *, alone: bool = False) -> dict[str, Check]:
    """Return the checks that are asked of a mutant: all but the costly one, which is asked where it is meant.

    Args:
        alone: only the one that is meant for it, with those that this one needs.
    """
    wanted = with_needs([mutant.caught_by]) if alone else checks()
    return {name: one for name, one in wanted.items() if name != COSTLY or mutant.caught_by == COSTLY}


def misjudged(mutant: Mutant, results: Iterable[Result]) -> str:
    """Return what is wrong with what was said of a mutant; empty when exactly its check failed, or warned."""
    results = list(results)
    failed = {one.check.name: one.outcome.evidence.en for one in results if one.state == "failed" or one.warnings}
    if mutant.caught_by not in failed:
        other = "; ".join(f"{name}: {said}" for name, said in failed.items())
        state = next(
            (f"{one.state}: {one.outcome.evidence.en}" for one in results if one.check.name == mutant.caught_by),
            "not asked",
        )
        return f"{mutant.caught_by} {state}" + (f" (told by {other})" if other else "")
    more = [f"{name}: {said}" for name, said in failed.items() if name != mutant.caught_by]
    return f"also told by {'; '.join(more)}" if more else ""


def without_mutant(mutants: Iterable[Mutant]) -> list[str]:
    """Return the checks that no mutant can make fail: they prove nothing."""
    return sorted(checks().keys() - {one.caught_by for one in mutants})
