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
            raise refused(FOLDERS, file=path.name, number=len(infos))
        (info,) = infos
        _verify(archive, info, files)
        package: Any = PathDistribution(zipfile.Path(archive, f"{info}/"))
        try:
            points, said, requires = list(package.entry_points), package.metadata, tuple(package.requires or ())
        except (UnicodeDecodeError, TypeError, ValueError, KeyError) as error:
            raise refused(METADATA, file=path.name, why=str(error)) from error
        name = _plugin(points, path.name, groups)
        _check_inside(files, info, name, path.name)
        known = f"dihya-{name.replace('_', '-')}"
        if not canonicalize_name(said.get("Name") or "") == distribution == known or said.get("Version") != str(number):
            raise refused(PACKAGE, name=name, package=said.get("Name"), version=said.get("Version"), known=known)
        return Wheel(path, name, str(number), info, requires, said.get("Requires-Python") or "")


def demand_requirements(wheel: Wheel) -> None:
    """Raise Invalid when this environment lacks something that the plugin requires."""
    try:
        if not SpecifierSet(wheel.python).contains(".".join(map(str, sys.version_info[:3]))):
            raise refused(PYTHON, name=wheel.name, python=wheel.python, here=sys.version.split()[0])
        needs = [Requirement(line) for line in wheel.requires]
    except (InvalidRequirement, InvalidSpecifier) as error:
        raise refused(REQUIREMENT, name=wheel.name, why=str(error)) from error
    if missing := [line for need in needs if (line := lacking(need))]:
        raise refused(MISSING, name=wheel.name, commands=", ".join(missing))


def demand_contract(wheel: Wheel) -> None:
    """Raise Invalid for a plugin that is written for another contract, or that names none."""
    try:
        needs = [need for need in map(Requirement, wheel.requires) if canonicalize_name(need.name) == CONTRACT]
    except InvalidRequirement as error:
        raise refused(REQUIREMENT, name=wheel.name, why=str(error)) from error
    if not needs:
        raise refused(NO_CONTRACT, name=wheel.name)
    if not needs[0].specifier.contains(VERSION):
        raise refused(OTHER_CONTRACT, name=wheel.name, range=needs[0].specifier, version=VERSION)


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
        raise refused(UNPACKED, file=path.name, why=str(error)) from error
    try:
        with archive:
            _check_entries(archive.infolist(), path.name)
            yield archive
    except _UNREADABLE as error:
        raise refused(UNPACKED, file=path.name, why=str(error)) from error


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
        raise refused(FILENAME, file=path.name, why=str(error)) from error
    if {str(tag) for tag in tags} != {"py3-none-any"}:
        raise refused(TAGS, file=path.name)
    return distribution, number


def _check_entries(entries: list[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > MOST:
        raise refused(MANY, file=file, most=MOST)
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise refused(LARGE, file=file, most=LARGEST >> 20)
    for entry in entries:
        parts = PurePosixPath(entry.filename).parts
        outside = not parts or ".." in parts or parts[0].startswith("/") or re.search(r"[\\:\0]", entry.filename)
        if outside or stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refused(PLAIN, file=file, entry=entry.filename)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise refused(TWICE, file=file)


def _check_inside(files: list[str], info: str, name: str, file: str) -> None:
    """Raise Invalid unless the package is there, and nothing lies beside it."""
    strange = sorted({PurePosixPath(one).parts[0] for one in files} - {info, f"dihya_{name}"})
    if strange:
        raise refused(STRANGE, file=file, strange=", ".join(map(repr, strange)), package=f"dihya_{name}")
    if f"dihya_{name}/__init__.py" not in files:
        raise refused(EMPTY, file=file, package=f"dihya_{name}")


def _plugin(points: list[EntryPoint], file: str, groups: Collection[str]) -> str:
    """Return the name of the one plugin that a wheel declares."""
    ours = [point for point in points if point.group == GROUP]
    if len(ours) != 1:
        raise refused(POINTS, file=file, number=len(ours), group=GROUP)
    (point,) = ours
    if not NAME.match(point.name) or point.value != f"dihya_{point.name}":
        raise refused(POINT, name=point.name, value=point.value)
    if other := next((one for one in points if not _is_own(one, point, groups)), None):
        raise refused(BESIDES, file=file, group=other.group, name=other.name)
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
        raise refused(LACKS, files=", ".join(sorted(absent)))
    try:
        rows = recorded(archive.read(record).decode())
    except ValueError as error:
        raise refused(RECORD, why=str(error)) from error
    for file in files:
        if file != record and rows.get(file) != digest(archive.read(file)):
            raise refused(CHANGED, file=file)
    if "root-is-purelib: true" not in archive.read(f"{info}/WHEEL").decode("utf-8", "replace").lower():
        raise refused(PURE)


_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError)

FILENAME = Text(
    "%(file)r is not the name of a wheel: %(why)s", "%(file)r n’est pas le nom d’une archive wheel : %(why)s"
)
TAGS = Text(
    "%(file)r is not for every Python (py3-none-any); a plugin is Python alone",
    "%(file)r n’est pas pour tout Python (py3-none-any) ; un plugin n’est que du Python",
)
FOLDERS = Text(
    "%(file)r has %(number)s folders of metadata; build it again with 'uv build --wheel'",
    "%(file)r a %(number)s dossiers de métadonnées ; construisez-le à nouveau avec 'uv build --wheel'",
)
METADATA = Text(
    "the metadata of %(file)r cannot be read: %(why)s", "les métadonnées de %(file)r sont illisibles : %(why)s"
)
STRANGE = Text(
    "%(file)r holds %(strange)s; a plugin's wheel holds %(package)r and its metadata, nothing else",
    "%(file)r contient %(strange)s ; l’archive d’un plugin contient %(package)r et ses métadonnées, rien d’autre",
)
EMPTY = Text(
    "%(file)r holds no package %(package)s; a plugin's wheel holds that and its metadata, nothing else",
    "%(file)r ne contient pas le paquet %(package)s ; l’archive d’un plugin le contient avec ses métadonnées, et rien d’autre",
)
PACKAGE = Text(
    "plugin %(name)r comes in package %(package)r %(version)s; call the package %(known)r",
    "le plugin %(name)r vient dans le paquet %(package)r %(version)s ; appelez le paquet %(known)r",
)
PYTHON = Text(
    "%(name)s needs Python %(python)s, this is %(here)s", "%(name)s demande Python %(python)s, ceci est %(here)s"
)
REQUIREMENT = Text(
    "a requirement of %(name)s cannot be read: %(why)s", "une dépendance de %(name)s est illisible : %(why)s"
)
NO_CONTRACT = Text(
    "%(name)s requires no dihya-hookspecs; write 'dihya-hookspecs>=2,<3' into its dependencies",
    "%(name)s ne demande pas dihya-hookspecs ; écrivez 'dihya-hookspecs>=2,<3' dans ses dépendances",
)
OTHER_CONTRACT = Text(
    "%(name)s is written for dihya-hookspecs%(range)s, and this is %(version)s; get a version of it that fits",
    "%(name)s est écrit pour dihya-hookspecs%(range)s, et ceci est %(version)s ; procurez-vous une version qui convient",
)
MISSING = Text(
    "%(name)s needs what is missing in this environment; run %(commands)s",
    "%(name)s a besoin de ce qui manque dans cet environnement ; lancez %(commands)s",
)
MANY = Text("%(file)r holds more than %(most)s files", "%(file)r contient plus de %(most)s fichiers")
LARGE = Text("%(file)r unpacks to more than %(most)s MB", "%(file)r dépasse %(most)s Mo une fois décompressé")
PLAIN = Text(
    "%(file)r holds %(entry)r, which is not a plain file of its own",
    "%(file)r contient %(entry)r, qui n’est pas un simple fichier à lui",
)
TWICE = Text("%(file)r holds a file twice", "%(file)r contient deux fois un fichier")
UNPACKED = Text("%(file)r cannot be unpacked: %(why)s", "%(file)r ne peut pas être décompressé : %(why)s")
POINTS = Text(
    "%(file)r declares %(number)s entry points in %(group)r; a plugin declares one",
    "%(file)r déclare %(number)s points d’entrée dans %(group)r ; un plugin en déclare un",
)
POINT = Text(
    "entry point %(name)r = %(value)r is not a name such as 'notes' with package 'dihya_notes'",
    "le point d’entrée %(name)r = %(value)r n’est pas un nom comme 'notes' avec le paquet 'dihya_notes'",
)
BESIDES = Text(
    "%(file)r also declares %(group)r %(name)r; a plugin brings nothing but itself",
    "%(file)r déclare aussi %(group)r %(name)r ; un plugin n’apporte que lui-même",
)
LACKS = Text(
    "the wheel lacks %(files)s; a plugin's wheel has it", "il manque à l’archive %(files)s ; celle d’un plugin l’a"
)
RECORD = Text("the wheel's RECORD cannot be read: %(why)s", "le RECORD de l’archive est illisible : %(why)s")
CHANGED = Text(
    "%(file)r is not what the wheel's RECORD says; get the wheel again",
    "%(file)r n’est pas ce que dit le RECORD de l’archive ; procurez-vous l’archive à nouveau",
)
PURE = Text("the wheel is not Python alone (Root-Is-Purelib)", "l’archive n’est pas que du Python (Root-Is-Purelib)")
