"""Which requirements of a standard are met, each by a test, a check or a page that is really there."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from dihya_hookspecs import Invalid
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..suite.registry import checks
from .page import anchor

FILE, PAGE = "asvs.json", "asvs.md"
SUITE = "suite:"


class Requirement(BaseModel):
    """A requirement, and what shows that it is met.

    Attributes:
        id: its number in the standard.
        about: what it asks for, in our words.
        proof: ``<folder>::<test>`` in whatever file below it, ``suite:<check>``, or a page with a heading.
        reason: why it is not met, why it does not apply, or what to know about how it is met.
    """

    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    level: Literal[1, 2, 3]
    about: str
    state: Literal["met", "unmet", "does not apply"]
    proof: list[str] = Field(default_factory=list)
    reason: str = ""

    @model_validator(mode="after")
    def _says_why(self) -> Requirement:
        if (self.state == "met") != bool(self.proof):
            raise ValueError(
                f"{self.id} is {self.state} with {len(self.proof)} proofs; what is met has one, what is not has none"
            )
        if self.state != "met" and not self.reason:
            raise ValueError(f"{self.id} is {self.state} without a reason")
        return self


class Standard(BaseModel):
    """The requirements of a standard that are looked at.

    Attributes:
        whole: level → the chapters of which every requirement of this level is listed.
    """

    model_config = ConfigDict(extra="forbid")
    standard: str
    whole: dict[str, str]
    requirements: list[Requirement]


def read(docs: Path) -> Standard | None:
    """Return what a folder's ``asvs.json`` says; None where there is none. Raises Invalid where it cannot be read."""
    path = docs / FILE
    if not path.exists():
        return None
    try:
        return Standard.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise Invalid(f"{str(path)!r} cannot be read: {error}") from error


def flaws(standard: Standard, root: Path) -> Iterator[str]:
    """Yield each proof that is not there.

    Args:
        root: the folder from which the paths of tests and pages are written.
    """
    for one in standard.requirements:
        for proof in one.proof:
            if flaw := _flaw(proof, root):
                yield f"{one.id}: {flaw}"


def _flaw(proof: str, root: Path) -> str:
    if proof.startswith(SUITE):
        name = proof.removeprefix(SUITE)
        return "" if name in checks() else f"no check is called {name!r}"
    folder, _, test = proof.partition("::")
    if test:
        files = (root / folder).rglob("test_*.py")
        there = any(f"\ndef {test}(" in file.read_text("utf-8") for file in files)
        return "" if there else f"there is no test {test!r} in {folder!r}"
    file, _, heading = proof.partition("#")
    try:
        text = (root / file).read_text("utf-8")
    except OSError:
        return f"there is no file {file!r}"
    if heading and heading not in {anchor(said) for said in re.findall(r"(?m)^#+ (.+)$", text)}:
        return f"there is no heading {heading!r} in {file!r}"
    return ""


def page(standard: Standard) -> str:
    """Return the page: a table with all requirements, level by level."""
    lines = [f"# {standard.standard}", "", _about(standard)]
    for level in sorted({one.level for one in standard.requirements}):
        found = [one for one in standard.requirements if one.level == level]
        counts = Counter(one.state for one in found)
        numbers = ", ".join(f"{count} {state}" for state, count in counts.items())
        lines += ["", f"## Level {level}", "", f"{standard.whole.get(str(level), '')}: {numbers}.".capitalize(), ""]
        lines += ["| | what it asks for | | shown by |", "|---|---|---|---|"]
        lines += [f"| {one.id} | {one.about} | {one.state} | {_shown(one)} |" for one in found]
    return "\n".join(lines) + "\n"


def _about(standard: Standard) -> str:
    return (
        f"Made by `dihya marks page` from [{FILE}]({FILE}). What a requirement asks for is said in our words; its own words are in the standard. What is "
        "met names the tests, the checks of [the suite](check.md) or the pages that show it, and each of them is there; nobody else has verified it."
    )


def _shown(one: Requirement) -> str:
    proofs = [_link(proof) for proof in one.proof]
    return "; ".join([*proofs, *([one.reason] if one.reason else [])])


def _link(proof: str) -> str:
    """Return a link to a test or a page, or the name of a check."""
    if proof.startswith(SUITE):
        return f"`{proof.removeprefix(SUITE)}`"
    file, _, test = proof.partition("::")
    name = test.removeprefix("test_").replace("_", " ") or file
    return f"[{name}](../{file})"
