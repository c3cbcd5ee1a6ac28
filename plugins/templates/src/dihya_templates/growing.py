"""The next version of a generated plugin: its files, with what its author wrote, and the step that its records take."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.growing import Conflict, Grown
from dihya_hookspecs.i18n import gettext as _

from .building import planned
from .checking import checked
from .completion import refusal
from .difference import changes, impossible
from .merging import merged
from .migrating import migration
from .pairing import pairs
from .plan import FIRST, Plan
from .quoting import document
from .renderer import rendered

PROVENANCE, STRUCTURE = ".dihya/provenance.json", ".dihya/structure.json"
_VERSION = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)
_NUMBERS = re.compile(r"v?(?:\d+!)?(\d+)(?:\.(\d+))?")
_REVISION = re.compile(r'^(revision|down_revision) = "(\w+)"$', re.MULTILINE)


class Growth:
    """Implements ``Growing``."""

    def __init__(self, taken: Callable[[], Mapping[str, str]] = dict) -> None:
        self.taken = taken

    @classmethod
    def from_container(cls, svcs_container: Any) -> Growth:
        """Build the service inside an act."""
        return cls(svcs_container.get(Plugins).taken)

    def grow(self, files: Mapping[str, str], structure: Mapping[str, Any], *, version: str = "") -> Grown:
        """Return the next version of a plugin. Raises Invalid for what is no generated plugin, is unsound, or cannot be followed."""
        known, origin = structure_in(files), _json(files.get(PROVENANCE, "{}"), PROVENANCE)
        wanted = checked({**structure, "name": structure.get("name", known["name"])})
        if wanted["name"] != known["name"]:
            said = _("%(old)r is installed under that name; it stays", old=known["name"])
            raise Invalid(said, flaws=[Flaw("/name", said)])
        version = version or _version(files)
        before = replace(planned(checked(known)), version=version)
        after = replace(planned(wanted), version=_next(version))
        found = pairs(before, after)
        if flaws := impossible(after, found):
            raise refusal(flaws)
        told = changes(before, after, found)
        step = _step(files, before, after)
        kept = tuple(each.text for each in told if each.loses)
        grown = _Merge(files, before, after, origin.get("files")).made(step)
        return Grown(
            after.version, grown.files, tuple(each.text for each in told), kept,
            tuple(grown.conflicts), tuple(grown.merged),
        )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """The migration of the new version: its path and text; both are empty where no table changes."""

    path: str = ""
    text: str = ""


def structure_in(files: Mapping[str, str]) -> dict[str, Any]:
    """Return the structure that a generated plugin carries. Raises Invalid where there is none."""
    path = next((path for path in files if path == STRUCTURE or path.endswith("/structure.json")), "")
    if not path:
        raise Invalid(_("this is no plugin that Dihya has generated: it carries no structure"), code="structure")
    return _json(files[path], path)


def _json(text: str, path: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Invalid(_("%(file)s is no JSON", file=path), code="json") from error
    if not isinstance(found, dict):
        raise Invalid(_("%(file)s is no JSON", file=path), code="json")
    return found


def _version(files: Mapping[str, str]) -> str:
    found = _VERSION.search(files.get("pyproject.toml", ""))
    return found[1] if found else FIRST


def _next(version: str) -> str:
    """Return the number after a version as authors write them: ``1.2.3``, ``1.2``, ``2026.1rc1``, ``3``."""
    major, minor = _NUMBERS.match(version).groups() if _NUMBERS.match(version) else FIRST.split(".")[:2]
    return f"{major}.{int(minor or 0) + 1}.0"


def _step(files: Mapping[str, str], before: Plan, after: Plan) -> Step:
    folder = f"src/{after.package}/migrations/"
    heads: dict[str, str] = {}
    for path, text in files.items():
        if path.startswith(folder) and path.endswith(".py"):
            said = dict(_REVISION.findall(text))
            if "revision" in said:
                heads[said["revision"]] = said.get("down_revision", "")
    ends = sorted(set(heads) - set(heads.values()))
    if len(ends) != 1:
        raise Invalid(
            _("the migrations of this plugin have no single end; let one follow the other"), code="migrations"
        )
    number = max((int(name[-4:]) for name in heads if name[-4:].isdigit()), default=0) + 1
    text = migration(before, after, pairs(before, after), number, ends[0])
    return Step(f"{folder}{number:04}_version_{after.version.replace('.', '_')}.py", text) if text else Step()


@dataclass
class _Merge:
    """Brings what the author changed into the files of the new version.

    A file is the author's when it differs from the digest that was kept of it. What was generated then is rendered again from the
    earlier structure; where that gives another digest, the renderer has changed since, and such a file is left to its author.
    """

    mine: Mapping[str, str]
    before: Plan
    after: Plan
    digests: Mapping[str, str] | None
    files: dict[str, str] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)

    def made(self, step: Step) -> _Merge:
        base = rendered(self.before.structure, version=self.before.version)
        new = rendered(self.after.structure, version=self.after.version)
        folder = f"src/{self.after.package}/migrations/"
        mine = {path: text for path, text in self.mine.items() if path != PROVENANCE}
        if self.digests is None:  # an installed plugin has its package only, and no digests
            self.digests = {path: _digest(text) for path, text in base.items() if path in mine}
        told = {path: digest for path, digest in self.digests.items() if path.startswith(folder)}
        for path in sorted({*mine, *new} - {PROVENANCE}):
            if path.startswith(folder):
                if path in mine:
                    self.files[path] = mine[path]
            elif path in (STRUCTURE, f"src/{self.after.package}/structure.json"):
                self.files[path] = new[path]
            else:
                self._file(path, mine.get(path), base.get(path), new.get(path))
        if step.text:
            self.files[step.path] = step.text
            told[step.path] = _digest(step.text)
        told |= {
            path: _digest(text) for path, text in new.items() if not path.startswith(folder) and path != PROVENANCE
        }
        self.files[PROVENANCE] = document(_json(new[PROVENANCE], PROVENANCE) | {"files": dict(sorted(told.items()))})
        self.files = dict(sorted(self.files.items()))
        return self

    def _file(self, path: str, mine: str | None, base: str | None, new: str | None) -> None:
        known = (self.digests or {}).get(path)
        generated = base if base is not None and _digest(base) == known else None
        if mine is None:
            if known is None and new is not None:
                self.files[path] = new  # the new version brings it; what its author has removed stays away
        elif known is None and new is None:
            self.files[path] = mine
        elif known == _digest(mine):
            if new is not None:
                self.files[path] = new
        elif mine == new:
            self.files[path] = mine
        elif new is None or generated is None:
            self.files[path] = mine
            if new is not None:
                self.conflicts.append(Conflict(path, new))
        elif new == generated:
            self.files[path] = mine
        else:
            self._merge(path, mine, generated, new)

    def _merge(self, path: str, mine: str, base: str, new: str) -> None:
        text, line = merged(base, mine, new)
        if line:
            self.files[path] = mine
            self.conflicts.append(Conflict(path, text, line))
        else:
            self.files[path] = text
            self.merged.append(path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
