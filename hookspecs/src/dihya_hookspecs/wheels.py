"""A plugin's wheel, looked through without running anything of it: the one place where wheels and their RECORD are read."""

from __future__ import annotations

import csv
import lzma
import re
import stat
import sys
import zipfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import EntryPoint, PackageNotFoundError, PathDistribution, version
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from . import GROUP, VERSION, Invalid
from . import _wheel_sentences as sentences
from .i18n import Text

NAME = re.compile(r"^[a-z][a-z0-9_]{1,30}\Z")
LARGEST = 200 << 20
MOST = 20_000
"""Files in one archive; a list of millions is an attack, and no plugin."""
CONTRACT = "dihya-hookspecs"
ORDER = ("dihya.after", "dihya.before")


@dataclass(frozen=True, slots=True)
class Wheel:
    """What the metadata of a plugin's wheel say.

    Attributes:
        name: of the plugin, which is its entry point.
        info: the folder of the metadata inside of the wheel.
        requires: the lines of its requirements.
        python: the versions of Python that it asks for.
    """

    path: Path
    name: str
    version: str
    info: str = ""
    requires: tuple[str, ...] = ()
    python: str = ""

    @property
    def distribution(self) -> str:
        """The name of the package."""
        return f"dihya-{self.name.replace('_', '-')}"

    @property
    def sha256(self) -> str:
        """The digest of the file."""
        return sha256(self.path.read_bytes()).hexdigest()


def inspected(path: Path, groups: Collection[str] = ORDER) -> Wheel:
    """Return what is in a wheel: one plugin's package and its metadata, whole and nothing else.

    Args:
        groups: of entry points that it may declare besides the one that makes it a plugin.

    Raises:
        Invalid: (code ``wheel``) it is anything else; ``params["reason"]`` says why, as a Text.
    """
    distribution, number = _named(path)
    with opened(path) as archive:
        files = [item.filename for item in archive.infolist() if not item.is_dir()]
        infos = {PurePosixPath(file).parts[0] for file in files if PurePosixPath(file).parts[0].endswith(".dist-info")}
        if len(infos) != 1:
            raise refused(sentences.FOLDERS, file=path.name, number=len(infos))
        (info,) = infos
        _verify(archive, info, files)
        package: Any = PathDistribution(zipfile.Path(archive, f"{info}/"))
        try:
            points, said, requires = list(package.entry_points), package.metadata, tuple(package.requires or ())
        except (UnicodeDecodeError, TypeError, ValueError, KeyError) as error:
            raise refused(sentences.METADATA, file=path.name, why=str(error)) from error
        name = _plugin(points, path.name, groups)
        _check_inside(files, info, name, path.name)
        known = f"dihya-{name.replace('_', '-')}"
        if not canonicalize_name(said.get("Name") or "") == distribution == known or said.get("Version") != str(number):
            raise refused(
                sentences.PACKAGE, name=name, package=said.get("Name"), version=said.get("Version"), known=known
            )
        return Wheel(path, name, str(number), info, requires, said.get("Requires-Python") or "")


def demand_requirements(wheel: Wheel) -> None:
    """Raise Invalid when this environment lacks something that the plugin requires."""
    try:
        if not SpecifierSet(wheel.python).contains(".".join(map(str, sys.version_info[:3]))):
            raise refused(sentences.PYTHON, name=wheel.name, python=wheel.python, here=sys.version.split()[0])
        needs = [Requirement(line) for line in wheel.requires]
    except (InvalidRequirement, InvalidSpecifier) as error:
        raise refused(sentences.REQUIREMENT, name=wheel.name, why=str(error)) from error
    if missing := [line for need in needs if (line := lacking(need))]:
        raise refused(sentences.MISSING, name=wheel.name, commands=", ".join(missing))


def demand_contract(wheel: Wheel) -> None:
    """Raise Invalid for a plugin that is written for another contract, or that names none."""
    try:
        needs = [need for need in map(Requirement, wheel.requires) if canonicalize_name(need.name) == CONTRACT]
    except InvalidRequirement as error:
        raise refused(sentences.REQUIREMENT, name=wheel.name, why=str(error)) from error
    if not needs:
        raise refused(sentences.NO_CONTRACT, name=wheel.name)
    if not needs[0].specifier.contains(VERSION):
        raise refused(sentences.OTHER_CONTRACT, name=wheel.name, range=needs[0].specifier, version=VERSION)


def lacking(need: Requirement) -> str:
    """Return how to get a requirement that is not here; empty where it is, or where it is not meant for this machine."""
    if need.marker and not need.marker.evaluate({"extra": ""}):
        return ""
    wanted = f"{need.name}{need.specifier}"
    try:
        there = version(need.name)
    except PackageNotFoundError:
        return f"pip install '{wanted}'"
    return "" if need.specifier.contains(there, prereleases=True) else f"pip install '{wanted}' (there is {there})"


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose entries are plain files, inside of it, and not too large. Raises Invalid."""
    try:
        archive = zipfile.ZipFile(path)
    except (*_UNREADABLE, OSError, ValueError) as error:
        raise refused(sentences.UNPACKED, file=path.name, why=str(error)) from error
    try:
        with archive:
            _check_entries(archive.infolist(), path.name)
            yield archive
    except _UNREADABLE as error:
        raise refused(sentences.UNPACKED, file=path.name, why=str(error)) from error


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file as RECORD writes it."""
    return "sha256=" + urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")


def recorded(text: str) -> Mapping[str, str]:
    """Return file → digest as a RECORD says it; empty for a file that has none. Raises ValueError for what is no RECORD."""
    try:
        return {row[0]: row[1] for row in csv.reader(text.splitlines()) if len(row) > 1}
    except csv.Error as error:
        raise ValueError(str(error)) from error


def refused(text: Text, **values: Any) -> Invalid:
    """Return the error for a wheel that is none of a plugin's, in both languages."""
    said = Text(text.en % values, text.fr % values)
    return Invalid(str(said), code="wheel", params={"reason": said})


def _named(path: Path) -> tuple[str, Version]:
    """Return package and version as the name of the file says them."""
    try:
        distribution, number, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise refused(sentences.FILENAME, file=path.name, why=str(error)) from error
    if {str(tag) for tag in tags} != {"py3-none-any"}:
        raise refused(sentences.TAGS, file=path.name)
    return distribution, number


def _check_entries(entries: list[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > MOST:
        raise refused(sentences.MANY, file=file, most=MOST)
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise refused(sentences.LARGE, file=file, most=LARGEST >> 20)
    for entry in entries:
        parts = PurePosixPath(entry.filename).parts
        outside = not parts or ".." in parts or parts[0].startswith("/") or re.search(r"[\\:\0]", entry.filename)
        if outside or stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refused(sentences.PLAIN, file=file, entry=entry.filename)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise refused(sentences.TWICE, file=file)


def _check_inside(files: list[str], info: str, name: str, file: str) -> None:
    """Raise Invalid unless the package is there, and nothing lies beside it."""
    strange = sorted({PurePosixPath(one).parts[0] for one in files} - {info, f"dihya_{name}"})
    if strange:
        raise refused(sentences.STRANGE, file=file, strange=", ".join(map(repr, strange)), package=f"dihya_{name}")
    if f"dihya_{name}/__init__.py" not in files:
        raise refused(sentences.EMPTY, file=file, package=f"dihya_{name}")


def _plugin(points: list[EntryPoint], file: str, groups: Collection[str]) -> str:
    """Return the name of the one plugin that a wheel declares."""
    ours = [point for point in points if point.group == GROUP]
    if len(ours) != 1:
        raise refused(sentences.POINTS, file=file, number=len(ours), group=GROUP)
    (point,) = ours
    if not NAME.match(point.name) or point.value != f"dihya_{point.name}":
        raise refused(sentences.POINT, name=point.name, value=point.value)
    if other := next((one for one in points if not _is_own(one, point, groups)), None):
        raise refused(sentences.BESIDES, file=file, group=other.group, name=other.name)
    return point.name


def _is_own(one: EntryPoint, plugin: EntryPoint, groups: Collection[str]) -> bool:
    """Tell whether an entry point leads into the plugin itself, in a group that it may declare."""
    within = one.value.partition(":")[0].partition(".")[0] == plugin.value
    return one.group == GROUP or (within and one.group in groups)


def _verify(archive: zipfile.ZipFile, info: str, files: list[str]) -> None:
    """Raise Invalid unless RECORD lists every file, with the digest that it has."""
    record = f"{info}/RECORD"
    wanted = {record, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/entry_points.txt"}
    if absent := wanted - set(files):
        raise refused(sentences.LACKS, files=", ".join(sorted(absent)))
    try:
        rows = recorded(archive.read(record).decode())
    except ValueError as error:
        raise refused(sentences.RECORD, why=str(error)) from error
    for file in files:
        if file != record and rows.get(file) != digest(archive.read(file)):
            raise refused(sentences.CHANGED, file=file)
    if "root-is-purelib: true" not in archive.read(f"{info}/WHEEL").decode("utf-8", "replace").lower():
        raise refused(sentences.PURE)


_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError)
