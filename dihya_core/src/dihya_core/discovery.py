"""Which plugins are installed, read from package metadata without importing any of their code."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import importlib_metadata
from dihya_hookspecs import GROUP
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

CONTRACT = "dihya-hookspecs"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plugin as its package describes itself.

    Attributes:
        package: the import package that the entry point names.
        distribution: the name on the package index; empty for a plugin given in memory.
        contract: the range of contract versions that it asks for, ``>=1,<2``.
        requires: names of plugins that must be active (its dependencies on other ``dihya-…`` distributions).
        after, before: names of plugins that it stands behind or in front of, when they are there.
        fault: what is wrong with its metadata; empty when nothing is.
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
    """Return every installed plugin, by name. Two packages that claim one name become one candidate with a fault."""
    points = importlib_metadata.entry_points()
    claims: dict[str, list[Candidate]] = {}
    order = {group: _by_package(points.select(group=group)) for group in ("dihya.after", "dihya.before")}
    for point in points.select(group=GROUP):
        claims.setdefault(point.name, []).append(_candidate(point, order))
    return [_sole(name, claims[name]) for name in sorted(claims)]


def _by_package(points: importlib_metadata.EntryPoints) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for point in points:
        found.setdefault(point.value, []).append(point.name)
    return found


def _candidate(point: importlib_metadata.EntryPoint, order: dict[str, dict[str, list[str]]]) -> Candidate:
    distribution = point.dist
    if distribution is None:  # an entry point that was not read from a package
        return Candidate(point.name, point.value, fault="its entry point belongs to no distribution")
    contract, requires, fault = "", [], ""
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
            requires.append(name.removeprefix("dihya-").replace("-", "_"))
    return Candidate(
        point.name,
        point.value,
        distribution.metadata["Name"],
        distribution.version,
        distribution.metadata.get("Summary", ""),
        contract,
        tuple(sorted(requires)),
        tuple(sorted(order["dihya.after"].get(point.value, ()))),
        tuple(sorted(order["dihya.before"].get(point.value, ()))),
        fault,
    )


def _sole(name: str, claims: list[Candidate]) -> Candidate:
    if len(claims) == 1:
        return claims[0]
    owners = ", ".join(sorted(claim.distribution for claim in claims))
    reason = f"{len(claims)} packages claim the name {name!r}: {owners}; uninstall all but one"
    return Candidate(name, claims[0].package, summary=claims[0].summary, fault=reason)
