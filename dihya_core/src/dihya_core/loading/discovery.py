"""Which plugins are installed, read from package metadata without importing any of their code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

import importlib_metadata
from dihya_hookspecs import GROUP
from dihya_hookspecs.wheels import CONTRACT, NAME
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin as its package describes itself.

    Attributes:
        package: the import package that the entry point names.
        distribution: the name on the package index; empty for a plugin given in memory.
        contract: the range of contract versions that it asks for, ``>=2,<3``.
        requires: names of plugins that must be active (its dependencies on other ``dihya-…`` distributions).
        after, before: names of plugins that it stands behind or in front of, when they are there.
        versions: the range of versions that it asks of each of these.
        fault: what is wrong with its metadata; empty when nothing is.
        warning: what an operator should know of its installation although it can run.
        repair: the function of ``dihya.repair``, as ``package.module:function``; see ``repairing``.
        judge: the function of ``dihya.judge``; see ``judging``.
        since: when its package was installed, in seconds since 1970; a plugin in memory came last.
    """

    name: str
    package: str
    distribution: str = ""
    version: str = "0"
    summary: str = ""
    contract: str = ""
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    fault: str = ""
    module: object = field(default=None, compare=False)
    versions: Mapping[str, str] = field(default_factory=dict, compare=False)
    warning: str = ""
    since: float = inf
    repair: str = ""
    judge: str = ""

    def folder(self) -> Path | None:
        """Return the folder of the package, found without importing it; None when it is not on the path."""
        if self.module is not None:
            file = getattr(self.module, "__file__", None)
            return Path(file).parent if file else None
        try:
            spec = find_spec(self.package)
        except (ImportError, ValueError):
            return None
        if spec is None or spec.origin is None:
            return None
        return Path(spec.origin).parent


def installed() -> list[Candidate]:
    """Return every installed plugin, by name.

    A name belongs to the package ``dihya-<name>``; when others claim it and that one does not, none of them runs.
    """
    chosen, doubles = _distributions()
    points = importlib_metadata.EntryPoints(point for item in chosen for point in item.entry_points)
    claims: dict[str, list[Candidate]] = {}
    order = {group: _by_package(points.select(group=group)) for group in ("dihya.after", "dihya.before")}
    early = {
        group: {point.value.partition(".")[0]: point.value for point in points.select(group=group)}
        for group in ("dihya.repair", "dihya.judge")
    }
    for point in points.select(group=GROUP):
        repair, judge = (found.get(point.value, "") for found in early.values())
        item = replace(_candidate(point, order), repair=repair, judge=judge)
        claims.setdefault(point.name, []).append(item)
    found = [_sole(name, claims[name]) for name in sorted(claims)]
    return [
        replace(item, warning=doubles[key]) if (key := canonicalize_name(item.distribution)) in doubles else item
        for item in found
    ]


def _distributions() -> tuple[list[importlib_metadata.Distribution], dict[str, str]]:
    """Return the distributions that count, and a sentence for each plugin that is there more than once.

    Python imports from the first folder on the path; within one folder, where an upgrade that was interrupted leaves
    the metadata of the older version behind, the newest counts.
    """
    copies: dict[str, list[Any]] = {}
    for item in importlib_metadata.distributions():
        copies.setdefault(item._normalized_name, []).append(item)  # type: ignore[attr-defined]
    chosen, doubles = [], {}
    for name, found in copies.items():
        if found[1:]:
            found = [item for item in found if item.read_text("METADATA") or item.read_text("PKG-INFO")] or found
        beside = [item for item in found if item.locate_file("") == found[0].locate_file("")] if found[1:] else found
        chosen.append(max(beside, key=_version) if beside[1:] else found[0])
        if beside[1:] and name.startswith("dihya_"):
            versions = ", ".join(sorted(item.version for item in beside))
            package = name.replace("_", "-")
            doubles[package] = (
                f"package {package!r} is installed {len(beside)} times in one folder ({versions}), and "
                f"{chosen[-1].version} is taken for the right one; run 'pip install --force-reinstall {package}'"
            )
    return chosen, doubles


def _version(item: Any) -> Version:
    try:
        return Version(item.version)
    except (InvalidVersion, TypeError, importlib_metadata.PackageNotFoundError):
        return Version("0")


def _by_package(points: importlib_metadata.EntryPoints) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for point in points:
        found.setdefault(point.value, []).append(point.name)
    return found


def _candidate(point: importlib_metadata.EntryPoint, order: dict[str, dict[str, list[str]]]) -> Candidate:
    distribution = point.dist
    if distribution is None:  # an entry point that was not read from a package
        return Candidate(point.name, point.value, fault="its entry point belongs to no distribution")
    fault = ""
    if not NAME.match(point.name) or point.value != f"dihya_{point.name}":
        fault = f"entry point {point.name!r} = {point.value!r} is not a name such as 'notes' with package 'dihya_notes'"
    about = _about(distribution)
    after, before = (tuple(sorted(order[group].get(point.value, ()))) for group in ("dihya.after", "dihya.before"))
    return Candidate(
        point.name, point.value, about.name, about.version, about.summary, about.contract, tuple(sorted(about.requires)),
        after, before, about.fault or fault, versions=about.requires, since=_since(distribution),
    )  # fmt: skip


class About(NamedTuple):
    """What the metadata of one package say."""

    name: str
    version: str
    summary: str
    contract: str
    requires: dict[str, str]
    fault: str


_READ: dict[tuple[str, int, int], About] = {}
"""What was read already, by the file it stands in, its time and its size."""


def _about(distribution: Any) -> About:
    """Return what a package's metadata say; a file that did not change is read once in a process."""
    try:
        path = Path(str(distribution._path)) / "METADATA"
        state = path.stat()
    except (AttributeError, OSError):  # a package inside of an archive
        return _read(distribution)
    key = (str(path), state.st_mtime_ns, state.st_size)
    if key not in _READ:
        _READ[key] = _read(distribution)
    return _READ[key]


def _read(distribution: Any) -> About:
    contract, fault, requires = "", "", {}
    for line in distribution.requires or ():
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            fault = f"its metadata has a requirement that cannot be read: {line!r}"
            continue
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        if name == CONTRACT:
            contract = str(requirement.specifier)
        elif name.startswith("dihya-") and name != "dihya-core":
            requires[name.removeprefix("dihya-").replace("-", "_")] = str(requirement.specifier)
    said = distribution.metadata
    return About(said["Name"], said["Version"], said.get("Summary", ""), contract, requires, fault)


def _since(distribution: object) -> float:
    """Return when the folder of a package's metadata was made; it is made anew by each installation."""
    folder = getattr(distribution, "_path", None)
    try:
        return float(Path(str(folder)).stat().st_mtime)
    except OSError:  # a package inside of an archive
        return inf


def _sole(name: str, claims: list[Candidate]) -> Candidate:
    if len(claims) == 1:
        return claims[0]
    owners = ", ".join(sorted(claim.distribution for claim in claims))
    rightful = [claim for claim in claims if canonicalize_name(claim.distribution) == f"dihya-{name.replace('_', '-')}"]
    if len(rightful) == 1:
        said = f"the name {name!r} is {rightful[0].distribution}'s, and others claim it: {owners}; uninstall the others"
        return replace(rightful[0], warning=said)
    reason = f"{len(claims)} packages claim the name {name!r}: {owners}; uninstall all but one"
    return Candidate(name, claims[0].package, summary=claims[0].summary, fault=reason)
