"""What comes from outside, looked through and made into a wheel: nothing of it runs meanwhile."""

from __future__ import annotations

import csv
import re
import shutil
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
from dihya_hookspecs import GROUP, DihyaError
from dihya_hookspecs.i18n import mark
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from .building import built, check_build, check_links
from .sentences import refused

LARGEST = 200 * 2**20
OTHERS = {GROUP, "dihya.after", "dihya.before"}
PROVENANCE = ".dihya/provenance.json"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A plugin as a wheel that was looked through.

    Attributes:
        name: of the plugin, which is its entry point.
        info: the folder of the metadata inside of the wheel.
        source: the folder ``src`` of the author when the plugin shall be run from there; None for a copy.
        generated: it says that Dihya wrote it. Nobody vouches for that.
    """

    wheel: Path
    name: str
    version: str
    info: str
    requires: tuple[str, ...] = ()
    python: str = ""
    source: Path | None = None
    generated: bool = False

    @property
    def distribution(self) -> str:
        """The name of the package."""
        return f"dihya-{self.name.replace('_', '-')}"

    @property
    def sha256(self) -> str:
        """The digest of the wheel."""
        return sha256(self.wheel.read_bytes()).hexdigest()

    def unpack(self, place: Path) -> None:
        """Unpack package and metadata into *place*."""
        with _opened(self.wheel) as archive:
            archive.extractall(place)


def received(source: Path, work: Path, *, editable: bool = False) -> Parcel:
    """Return the plugin in a folder, a ZIP file of one, or a wheel, as a wheel below *work*.

    Raises:
        Invalid: it is no plugin, or it could do something while it is built or installed.
        DihyaError: it could not be built.
    """
    source = source.resolve()
    if source.suffix == ".whl" and source.is_file():
        if editable:
            raise refused(mark("%(file)r is a wheel; --editable takes the folder of a plugin"), file=source.name)
        return inspected(Path(shutil.copy(source, work)))
    folder = work / "source"
    if source.is_dir():
        _copy(source, folder)
    elif source.suffix == ".zip" and source.is_file() and not editable:
        _unzip(source, folder)
        inner = [path for path in folder.iterdir() if path.is_dir()]
        folder = folder if (folder / "pyproject.toml").is_file() or len(inner) != 1 else inner[0]
    else:
        raise refused(
            mark("%(file)r is no plugin; give its folder, such as dihya-association, its ZIP or its wheel"),
            file=str(source),
        )
    check_links(folder)
    check_build(folder, source)
    parcel = inspected(built(folder, work / "wheel"))
    return Parcel(
        parcel.wheel,
        parcel.name,
        parcel.version,
        parcel.info,
        parcel.requires,
        parcel.python,
        source / "src" if editable else None,
        (folder / PROVENANCE).is_file(),
    )


def inspected(wheel: Path) -> Parcel:
    """Return what is in a wheel. Raises Invalid unless it is one plugin's package and its metadata, whole and nothing else."""
    try:
        distribution, version, _, tags = parse_wheel_filename(wheel.name)
    except InvalidWheelFilename as error:
        raise refused(mark("%(file)r is not the name of a wheel: %(why)s"), file=wheel.name, why=str(error)) from error
    if {str(tag) for tag in tags} != {"py3-none-any"}:
        raise refused(
            mark("%(file)r is not for every Python (py3-none-any); a plugin is Python alone"), file=wheel.name
        )
    with _opened(wheel) as archive:
        files = [item.filename for item in archive.infolist() if not item.is_dir()]
        infos = {PurePosixPath(file).parts[0] for file in files if PurePosixPath(file).parts[0].endswith(".dist-info")}
        if len(infos) != 1:
            raise refused(
                mark("%(file)r has %(number)s folders of metadata; build it again with 'uv build --wheel'"),
                file=wheel.name, number=len(infos),
            )  # fmt: skip
        (info,) = infos
        _verify(archive, info, files)
        package: Any = importlib_metadata.PathDistribution(zipfile.Path(archive, f"{info}/"))  # type: ignore[arg-type]
        name = _name(package, wheel.name)
        strange = sorted({PurePosixPath(file).parts[0] for file in files} - {info, f"dihya_{name}"})
        if strange or f"dihya_{name}/__init__.py" not in files:
            if strange:
                raise refused(
                    mark("%(file)r holds %(strange)s; a plugin's wheel holds %(package)r and its metadata, nothing else"),
                    file=wheel.name, strange=", ".join(map(repr, strange)), package=f"dihya_{name}",
                )  # fmt: skip
            raise refused(
                mark("%(file)r holds no package %(package)s; a plugin's wheel holds that and its metadata, nothing else"),
                file=wheel.name, package=f"dihya_{name}",
            )  # fmt: skip
        said = package.metadata
        known = f"dihya-{name.replace('_', '-')}"
        if not canonicalize_name(said["Name"] or "") == distribution == known or said["Version"] != str(version):
            raise refused(
                mark("plugin %(name)r comes in package %(package)r %(version)s; call the package %(known)r"),
                name=name, package=said["Name"], version=said["Version"], known=known,
            )  # fmt: skip
        return Parcel(wheel, name, str(version), info, tuple(package.requires or ()), said.get("Requires-Python") or "")


def check_requirements(parcel: Parcel) -> None:
    """Raise Invalid when this environment lacks something that the plugin requires."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    missing = []
    try:
        if not SpecifierSet(parcel.python).contains(".".join(map(str, sys.version_info[:3]))):
            raise refused(
                mark("%(name)s needs Python %(python)s, this is %(here)s"),
                name=parcel.name, python=parcel.python, here=sys.version.split()[0],
            )  # fmt: skip
        needs = [Requirement(line) for line in parcel.requires]
    except (InvalidRequirement, InvalidSpecifier) as error:
        raise refused(
            mark("a requirement of %(name)s cannot be read: %(why)s"), name=parcel.name, why=str(error)
        ) from error
    for need in needs:
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        wanted = f"{need.name}{need.specifier}"
        try:
            version = importlib_metadata.version(need.name)
        except importlib_metadata.PackageNotFoundError:
            missing.append(f"pip install '{wanted}'")
        else:
            if not need.specifier.contains(version, prereleases=True):
                missing.append(f"pip install '{wanted}' (there is {version})")
    if missing:
        raise refused(
            mark("%(name)s needs what is missing in this environment; run %(commands)s"),
            name=parcel.name, commands=", ".join(missing),
        )  # fmt: skip


def _copy(source: Path, folder: Path) -> None:
    """Copy what can belong to a plugin; what is built is the copy, so that nothing changes after the look."""

    def left_out(place: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or (name.startswith(".") and name != ".dihya")}

    try:
        shutil.copytree(source, folder, symlinks=True, ignore=left_out)
    except (OSError, shutil.Error) as error:
        raise refused(
            mark("%(file)r cannot be copied: %(why)s"), DihyaError, file=str(source), why=str(error)
        ) from error


def _unzip(source: Path, folder: Path) -> None:
    with _opened(source) as archive:
        archive.extractall(folder)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose entries are plain files, inside of it, and not too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise refused(mark("%(file)r unpacks to more than %(most)s MB"), file=path.name, most=LARGEST // 2**20)
            for entry in entries:
                parts = PurePosixPath(entry.filename).parts
                kind = stat.S_IFMT(entry.external_attr >> 16)
                outside = (
                    not parts or ".." in parts or parts[0].startswith("/") or re.search(r"[\\:\0]", entry.filename)
                )
                if outside or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                    raise refused(
                        mark("%(file)r holds %(entry)r, which is not a plain file of its own"),
                        file=path.name, entry=entry.filename,
                    )  # fmt: skip
            if len({entry.filename.lower() for entry in entries}) != len(entries):
                raise refused(mark("%(file)r holds a file twice"), file=path.name)
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise refused(mark("%(file)r cannot be unpacked: %(why)s"), file=path.name, why=str(error)) from error


def _name(package: Any, wheel: str) -> str:
    points = list(package.entry_points)
    ours = [point for point in points if point.group == GROUP]
    if len(ours) != 1:
        raise refused(
            mark("%(file)r declares %(number)s entry points in %(group)r; a plugin declares one"),
            file=wheel, number=len(ours), group=GROUP,
        )  # fmt: skip
    (point,) = ours
    if not NAME.match(point.name) or point.value != f"dihya_{point.name}":
        raise refused(
            mark("entry point %(name)r = %(value)r is not a name such as 'notes' with package 'dihya_notes'"),
            name=point.name, value=point.value,
        )  # fmt: skip
    for other in points:
        if other.group not in OTHERS:
            raise refused(
                mark("%(file)r also declares %(group)r %(name)r; a plugin brings nothing but itself"),
                file=wheel, group=other.group, name=other.name,
            )  # fmt: skip
    return str(point.name)


def _verify(archive: zipfile.ZipFile, info: str, files: list[str]) -> None:
    """Raise Invalid unless RECORD lists every file, with the digest that it has."""
    record = f"{info}/RECORD"
    wanted = {record, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/entry_points.txt"}
    if absent := wanted - set(files):
        raise refused(mark("the wheel lacks %(files)s; a plugin's wheel has it"), files=", ".join(sorted(absent)))
    try:
        rows = {row[0]: row[1] for row in csv.reader(archive.read(record).decode().splitlines()) if len(row) > 1}
    except (UnicodeDecodeError, csv.Error) as error:
        raise refused(mark("the wheel's RECORD cannot be read: %(why)s"), why=str(error)) from error
    for file in files:
        if file != record and rows.get(file) != digest(archive.read(file)):
            raise refused(mark("%(file)r is not what the wheel's RECORD says; get the wheel again"), file=file)
    if "root-is-purelib: true" not in archive.read(f"{info}/WHEEL").decode("utf-8", "replace").lower():
        raise refused(mark("the wheel is not Python alone (Root-Is-Purelib)"))


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file as RECORD writes it."""
    return "sha256=" + urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")


def write_record(place: Path, info: str) -> None:
    """Write RECORD for what lies in *place*, so that pip can uninstall it."""
    rows = []
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        if path != place / info / "RECORD":
            content = path.read_bytes()
            rows.append((path.relative_to(place).as_posix(), digest(content), len(content)))
    with (place / info / "RECORD").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*rows, (f"{info}/RECORD", "", "")])
