"""What is checked: an installed plugin, a folder or a wheel; always a wheel in the end, whose digest says which."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import importlib_metadata
from dihya_hookspecs import GROUP, Invalid
from dihya_hookspecs.wheels import ORDER, Wheel, demand_contract, demand_requirements, digest, inspected
from packaging.utils import canonicalize_name

from .. import checks as reading
from .. import environment, work
from .declaration import Declaration, declared

MAY_DECLARE = (*ORDER, "dihya.repair", "dihya.judge", "pytest11")
"""Groups of entry points that a plugin under check may have; who installs it may ask for less."""
NOT_OF_THE_WHEEL = {"INSTALLER", "REQUESTED", "direct_url.json", "RECORD", "uv_cache.json", "uv_build.json"}


@dataclass(frozen=True, slots=True)
class Target:
    """A plugin under check.

    Attributes:
        parcel: its wheel, looked through.
        source: a copy of the folder that it was built from, with tests and README; None where only a wheel is there.
        origin: the author's own folder; a copy of it is built a second time.
        said: what the author says to the suite.
        given_wheel: True when a wheel was named, and not the folder that it is built from.
        folders: variable → folder of this machine that its own tests read, where it was given to them.
    """

    parcel: Wheel
    source: Path | None = None
    origin: Path | None = None
    said: Declaration = field(default_factory=Declaration)
    given_wheel: bool = False
    folders: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.parcel.name

    @property
    def sources_sha256(self) -> str:
        """The digest of everything in the folder but what a proof left there; empty for a wheel alone."""
        return digest_of(self.source) if self.source is not None else ""


def digest_of(folder: Path) -> str:
    """Return the SHA-256 of everything in a folder but what a proof left there."""
    found = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if (name := path.relative_to(folder).as_posix()) not in reading.KEPT:
            found.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def resolve(
    said: str,
    place: Path,
    *,
    tests: Path | None = None,
    without: Sequence[Path] = (),
    give: Container[str] = (),
) -> Target:
    """Return what *said* names: a path, or the name of an installed plugin.

    Args:
        place: an empty folder of ours; holds the wheel and a copy of the sources afterwards.
        tests: the folder of the project, where *said* is only its wheel.
        without: folders that are no part of the plugin although they may lie in its folder, such as the data folder.
        give: names of variables whose folder its own tests may read, where it declares them.

    Raises:
        Invalid: it is no plugin, cannot be read, is for another contract, or needs what is not here.
    """
    path, distribution = Path(said), None
    folder = path if path.is_dir() else None
    if not path.exists():
        distribution = _installed(said)
        folder = _editable(distribution)
    origin, source = folder or tests, None
    if origin is not None:
        reading.demand_project(origin)
        source = place / "project"
        work.copy(origin, source, without=[place, *without])
    if folder is not None and source is not None:
        parcel = inspected(built(source, place), MAY_DECLARE)
    else:
        wheel = _copied(path, place) if distribution is None else _packed(distribution, place)
        parcel = inspected(wheel, MAY_DECLARE)
    demand_contract(parcel)
    demand_requirements(parcel)
    if origin is None:
        return Target(parcel, given_wheel=True)
    words = declared(source or origin)
    given = {name: os.environ.get(name, "") for name in words.folders if name in give}
    folders = {name: str(Path(path).resolve()) for name, path in given.items() if path and Path(path).is_dir()}
    return Target(parcel, source, origin.resolve(), words, folder is None, folders)


def built(source: Path, place: Path) -> Path:
    """Return the wheel of a folder, written below *place*. Raises Invalid when it cannot be built without its own code."""
    if flaws := [flaw for _, flaw in reading.build(reading.read(source))]:
        raise Invalid(f"{source.name!r} is not built: {flaws[0]}")
    name, content = environment.build(place, source, dict(os.environ))
    wheel = place / "built" / name
    wheel.parent.mkdir(exist_ok=True)
    wheel.write_bytes(content)
    return wheel


def _copied(path: Path, place: Path) -> Path:
    if path.suffix != ".whl" or not path.is_file():
        raise Invalid(f"{str(path)!r} is no plugin; give its folder, its wheel, or the name of an installed one")
    try:
        return Path(shutil.copy(path, place))
    except OSError as error:
        raise Invalid(f"{str(path)!r} cannot be copied: {error}") from error


def _installed(name: str) -> importlib_metadata.Distribution:
    """Return the package of an installed plugin. Raises Invalid where there is none."""
    points = {point.name: point for point in importlib_metadata.entry_points(group=GROUP)}
    if name not in points or points[name].dist is None:
        raise Invalid(
            f"{name!r} is neither a folder, nor a wheel, nor an installed plugin; installed: {', '.join(sorted(points))}"
        )
    return points[name].dist


def _editable(distribution: importlib_metadata.Distribution) -> Path | None:
    """Return the folder of a plugin that is run from there."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    return Path(unquote(urlsplit(origin["url"]).path)) if origin.get("dir_info", {}).get("editable") else None


def _packed(distribution: importlib_metadata.Distribution, place: Path) -> Path:
    """Write what is installed as a wheel again, the same bytes each time."""
    stem = f"{canonicalize_name(distribution.name).replace('-', '_')}-{distribution.version}"
    info, wheel = f"{stem}.dist-info", place / f"{stem}-py3-none-any.whl"
    rows = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(distribution.files or (), key=str):
            if file.name in NOT_OF_THE_WHEEL or "__pycache__" in file.parts or ".." in file.parts:
                continue
            content = Path(str(file.locate())).read_bytes()
            archive.writestr(zipfile.ZipInfo(file.as_posix()), content)
            rows.append(f"{file.as_posix()},{digest(content)},{len(content)}\n")
        archive.writestr(zipfile.ZipInfo(f"{info}/RECORD"), "".join(rows) + f"{info}/RECORD,,\n")
    return wheel


def tests_beside(target: Target) -> bool:
    """Tell whether the plugin's own tests are at hand."""
    return target.source is not None and any((target.source / "tests").glob("test_*.py"))


def copied(folder: Path, place: Path) -> Path:
    """Copy a folder for a run that may change it."""
    return Path(shutil.copytree(folder, place, symlinks=True))
