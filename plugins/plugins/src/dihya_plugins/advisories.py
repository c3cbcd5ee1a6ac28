"""Advisories as files: the OSV format (ossf.github.io/osv-schema), and pages of a package index that say what was yanked (PEP 691)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.inspecting import Advisory
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

ECOSYSTEM = "PyPI"
_ORDER = ("introduced", "fixed", "last_affected", "limit")
_FIRST = Version("0.dev0")


def state(place: Path) -> list[list[object]]:
    """Return name, size and time of each file, by which one notices that something changed. Raises Invalid as ``concerning``."""
    found = []
    for path in _files(place):
        looks = path.stat()
        found.append([path.name, looks.st_size, looks.st_mtime_ns])
    return found


def concerning(place: Path, versions: Mapping[str, str]) -> list[Advisory]:
    """Return what the files say of installed packages, each once.

    Args:
        place: a file, or a folder of ``.json`` files.
        versions: package (in its normal spelling) → version.

    Raises:
        Invalid: there is nothing, or a file is neither an advisory nor the page of an index.
    """
    found: dict[tuple[str, str], Advisory] = {}
    for path in _files(place):
        try:
            document = json.loads(path.read_text("utf-8"))
            for one in _documents(document):
                told = _yanked(one, versions) if "files" in one else _affecting(one, versions)
                found |= {(advisory.id, advisory.package): advisory for advisory in told}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Invalid(
                f"[plugins] advisories: {str(path)!r} is neither an advisory (OSV) nor the page of an index (PEP 691): "
                f"{type(error).__name__}; get it again, or take it away",
                code="advisories",
            ) from error
    return sorted(_distinct(found.values()), key=lambda one: (one.package, one.id))


def is_affected(said: Mapping[str, Any], version: Version) -> bool:
    """Tell whether an entry of ``affected`` is about a version: it is listed, or lies in a range of the package's own versions."""
    listed = (_version(one) for one in said.get("versions", ()))
    return version in set(filter(None, listed)) or any(
        _lies_in(one["events"], version) for one in said.get("ranges", ()) if one["type"] == "ECOSYSTEM"
    )


def _lies_in(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Walk through the events of a range in their order, as the schema describes it.

    What is no version of PEP 440 ends nothing, and begins at once: rather a false alarm than a false silence.
    """
    steps = [(kind, _version(str(event[kind]))) for event in events for kind in _ORDER if kind in event]
    limits = [said for kind, said in steps if kind == "limit" and said is not None]
    if limits and not any(version < said for said in limits):
        return False
    inside = False
    ordered = sorted(
        (step for step in steps if step[0] != "limit"), key=lambda step: (step[1] or _FIRST, _ORDER.index(step[0]))
    )
    for kind, said in ordered:
        if kind == "introduced":
            inside = inside or said is None or version >= said
        elif said is not None and (version >= said if kind == "fixed" else version > said):
            inside = False
    return inside


def _affecting(one: Mapping[str, Any], versions: Mapping[str, str]) -> Iterator[Advisory]:
    """Yield what an advisory of OSV says of installed packages; one that was withdrawn says nothing."""
    name, aliases = one["id"], tuple(one.get("aliases") or ())
    if one.get("withdrawn"):
        return
    for said in one.get("affected", ()):
        package = said.get("package") or {}
        known = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") != ECOSYSTEM or known not in versions:
            continue
        version = _version(versions[known])
        if version is not None and is_affected(said, version):
            summary = one.get("summary") or str(one.get("details") or "").strip().partition("\n")[0]
            yield Advisory(
                name, known, versions[known], "vulnerable", summary[:200], aliases, _fixed(said, version)
            )  # fmt: skip


def _fixed(said: Mapping[str, Any], version: Version) -> str:
    """Return the lowest version above that mends it."""
    ranges = [one for one in said.get("ranges", ()) if one["type"] == "ECOSYSTEM"]
    fixes = [_version(event["fixed"]) for one in ranges for event in one["events"] if "fixed" in event]
    return str(min((one for one in fixes if one is not None and one > version), default=""))


def _yanked(page: Mapping[str, Any], versions: Mapping[str, str]) -> Iterator[Advisory]:
    """Yield the installed version when all of its files were taken back."""
    known = canonicalize_name(page["name"])
    if known not in versions:
        return
    here = _version(versions[known])
    said = [file.get("yanked", False) for file in page["files"] if _of_file(file["filename"]) == here]
    if said and all(said):
        reason = next((one for one in said if isinstance(one, str)), "")
        yield Advisory(f"yanked:{known}", known, versions[known], "yanked", reason[:200])


def _of_file(name: str) -> Version | None:
    try:
        return parse_wheel_filename(name)[1] if name.endswith(".whl") else parse_sdist_filename(name)[1]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def _distinct(found: Iterable[Advisory]) -> Iterator[Advisory]:
    """Leave out an advisory that another database tells under another name."""
    told: set[tuple[str, str]] = set()
    for one in sorted(found, key=lambda one: (not one.id.startswith("GHSA-"), one.id)):
        names = {(one.package, name) for name in (one.id, *one.aliases)}
        if not names & told:
            yield one
        told |= names


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    found = sorted(place.glob("*.json")) if place.is_dir() else []
    if not found:
        raise Invalid(
            f"[plugins] advisories: {str(place)!r} is no file and no folder with .json files; name one, or leave it empty",
            code="advisories",
        )
    return found


def _documents(document: Any) -> Iterator[Mapping[str, Any]]:
    """Yield what a file holds: one advisory, a list of them, or the answer of a database (``vulns``)."""
    several = document if isinstance(document, list) else document.get("vulns", [document])
    for one in several:
        if not isinstance(one, dict):
            raise TypeError
        yield one


def _version(said: str) -> Version | None:
    try:
        return Version(said)
    except InvalidVersion:
        return None
