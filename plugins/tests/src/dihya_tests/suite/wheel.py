"""A plugin's wheel, looked through without running anything of it."""

from __future__ import annotations

import csv
import re
import stat
import sys
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import importlib_metadata
from dihya_core.loading.discovery import NAME
from dihya_hookspecs import GROUP, Invalid
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

LARGEST = 200 << 20


@dataclass(frozen=True, slots=True)
class Wheel:
    """What the metadata of a plugin's wheel say.

    Attributes:
        name: the plugin's name, which is its entry point.
        python: the versions of Python that it asks for.
    """

    path: Path
    name: str
    version: str
    requires: tuple[str, ...] = ()
    python: str = ""

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return sha256(self.path.read_bytes()).hexdigest()


def inspected(path: Path) -> Wheel:
    """Return what is in a wheel. Raises Invalid unless it is one plugin's package and its metadata, whole and nothing else."""
    try:
        _, version, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise Invalid(f"{path.name!r} is not the name of a wheel: {error}") from error
    if {str(tag) for tag in tags} != {"py3-none-any"}:
        raise Invalid(f"{path.name!r} is not for every Python (py3-none-any); a plugin is Python alone")
    with opened(path) as archive:
        files = [item.filename for item in archive.infolist() if not item.is_dir()]
        infos = {PurePosixPath(file).parts[0] for file in files if PurePosixPath(file).parts[0].endswith(".dist-info")}
        if len(infos) != 1:
            raise Invalid(f"{path.name!r} has {len(infos)} folders of metadata; build it again with 'uv build --wheel'")
        (info,) = infos
        _verify(archive, info, files)
        package: Any = importlib_metadata.PathDistribution(zipfile.Path(archive, f"{info}/"))  # type: ignore[arg-type]
        name, said = _name(package, path.name), package.metadata
        strange = sorted({PurePosixPath(file).parts[0] for file in files} - {info, f"dihya_{name}"})
        if strange or f"dihya_{name}/__init__.py" not in files:
            held = ", ".join(map(repr, strange)) or f"no package dihya_{name}"
            raise Invalid(
                f"{path.name!r} holds {held}; a plugin's wheel holds 'dihya_{name}' and its metadata, nothing else"
            )
        known = f"dihya-{name.replace('_', '-')}"
        if canonicalize_name(said["Name"] or "") != known or said["Version"] != str(version):
            raise Invalid(
                f"plugin {name!r} comes in package {said['Name']!r} {said['Version']}; call the package {known!r}"
            )
        return Wheel(path, name, str(version), tuple(package.requires or ()), said.get("Requires-Python") or "")


def demand_requirements(wheel: Wheel) -> None:
    """Raise Invalid when this environment lacks something that the plugin requires."""
    try:
        if not SpecifierSet(wheel.python).contains(".".join(map(str, sys.version_info[:3]))):
            raise Invalid(f"{wheel.name} needs Python {wheel.python}, this is {sys.version.split()[0]}")
        needs = [Requirement(line) for line in wheel.requires]
    except (InvalidRequirement, InvalidSpecifier) as error:
        raise Invalid(f"a requirement of {wheel.name} cannot be read: {error}") from error
    if missing := [line for need in needs if (line := _missing(need))]:
        raise Invalid(f"{wheel.name} needs what is missing in this environment; run {', '.join(missing)}")


def _missing(need: Requirement) -> str:
    """Return how to get a requirement that is not here; empty where it is."""
    if need.marker and not need.marker.evaluate({"extra": ""}):
        return ""
    try:
        version = importlib_metadata.version(need.name)
    except importlib_metadata.PackageNotFoundError:
        return f"pip install '{need.name}{need.specifier}'"
    here = need.specifier.contains(version, prereleases=True)
    return "" if here else f"pip install '{need.name}{need.specifier}' (there is {version})"


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose entries are plain files, inside of it, and not too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise Invalid(f"{path.name!r} unpacks to more than {LARGEST >> 20} MB")
            for entry in entries:
                if not _is_plain(entry):
                    raise Invalid(f"{path.name!r} holds {entry.filename!r}, which is not a plain file of its own")
            if len({entry.filename.lower() for entry in entries}) != len(entries):
                raise Invalid(f"{path.name!r} holds a file twice")
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Invalid(f"{path.name!r} cannot be unpacked: {error}") from error


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    inside = parts and ".." not in parts and not parts[0].startswith("/") and not re.search(r"[\\:\0]", entry.filename)
    return bool(inside) and stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG, stat.S_IFDIR)


def _name(package: Any, wheel: str) -> str:
    points = list(package.entry_points)
    ours = [point for point in points if point.group == GROUP]
    if len(ours) != 1:
        raise Invalid(f"{wheel!r} declares {len(ours)} entry points in {GROUP!r}; a plugin declares one")
    (point,) = ours
    if not NAME.match(point.name) or point.value != f"dihya_{point.name}":
        raise Invalid(
            f"entry point {point.name!r} = {point.value!r} is not a name such as 'notes' with package 'dihya_notes'"
        )
    if other := next((one for one in points if not _own(one, str(point.name))), None):
        raise Invalid(f"{wheel!r} also declares {other.group!r} {other.name!r}; a plugin brings nothing but itself")
    return str(point.name)


def _own(point: Any, name: str) -> bool:
    """Tell whether an entry point leads into the plugin only: those of Dihya, and what pytest finds in its own package."""
    within = point.value.partition(":")[0].partition(".")[0] == f"dihya_{name}"
    return point.group.startswith("dihya.") or (point.group == "pytest11" and within)


def _verify(archive: zipfile.ZipFile, info: str, files: list[str]) -> None:
    """Raise Invalid unless RECORD lists every file, with the digest that it has."""
    record = f"{info}/RECORD"
    wanted = {record, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/entry_points.txt"}
    if absent := wanted - set(files):
        raise Invalid(f"the wheel lacks {', '.join(sorted(absent))}; a plugin's wheel has it")
    try:
        rows = {row[0]: row[1] for row in csv.reader(archive.read(record).decode().splitlines()) if len(row) > 1}
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"the wheel's RECORD cannot be read: {error}") from error
    for file in files:
        if file != record and rows.get(file) != digest(archive.read(file)):
            raise Invalid(f"{file!r} is not what the wheel's RECORD says; get the wheel again")


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file as RECORD writes it."""
    return "sha256=" + urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")
