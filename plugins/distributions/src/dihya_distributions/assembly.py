"""The folder that is packed: wheels, launcher, configuration, bill of materials, licences, statements, container file."""

from __future__ import annotations

import csv
import json
import platform
import shutil
import sys
from collections.abc import Sequence
from importlib.resources import files
from io import StringIO
from pathlib import Path

from .archive import sums
from .bill import bill
from .manifest import Manifest
from .packages import Package

CONSTANT = {
    "dihya.toml": "dihya.toml", "Containerfile": "Containerfile", "README.md": "README.md", "README.fr.md": "README.fr.md", "containerignore": ".containerignore",
}  # fmt: skip


def assemble(manifest: Manifest, packages: Sequence[Package], folder: Path) -> None:
    """Fill *folder* with everything that the archive holds; the last of the packages is the distribution itself."""
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    for package in packages:
        shutil.copyfile(package.wheel, wheels / package.wheel.name)
    (folder / "requirements.txt").write_text(requirements(packages), "utf-8")
    (folder / "sbom.cdx.json").write_text(bill(manifest, packages), "utf-8")
    _licences(packages, folder / "licences")
    _statements(manifest, packages, folder / "statements")
    for source, target in [("launcher.sh", manifest.distribution.name), *CONSTANT.items()]:
        (folder / target).write_text(filled(source, manifest, packages), "utf-8")
    (folder / manifest.distribution.name).chmod(0o755)
    (folder / "SHA256SUMS").write_text(sums(folder), "utf-8")


def requirements(packages: Sequence[Package]) -> str:
    """Return what pip installs, each with the digest that it must have."""
    return "".join(f"{one.name}=={one.version} --hash=sha256:{one.sha256}\n" for one in packages)


def filled(source: str, manifest: Manifest, packages: Sequence[Package]) -> str:
    """Return a file of the archive with the words of this distribution."""
    text = files(__package__).joinpath("artefact", source).read_text("utf-8")
    about = manifest.distribution
    words = {
        "name": about.name, "version": about.version, "title": manifest.brand.name or about.name,
        "summary": about.summary, "python": python(), "machine": machine(packages),
    }  # fmt: skip
    for key, value in words.items():
        text = text.replace(f"@{key}@", value)
    return text


def python() -> str:
    """Return the version of Python for which the wheels were chosen: ``3.11``."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def machine(packages: Sequence[Package]) -> str:
    """Return the system and processor for which the wheels were chosen; ``any`` where all of them fit everywhere."""
    if all(package.everywhere for package in packages):
        return "any"
    return f"{platform.system()}-{platform.machine()}"


def _licences(packages: Sequence[Package], folder: Path) -> None:
    """Write the licence texts of all packages, and one table of them."""
    table = StringIO()
    lines = csv.writer(table, lineterminator="\n")
    lines.writerow(("package", "version", "licence", "texts"))
    for package in packages:
        texts = package.licence_texts()
        for name, body in texts.items():
            place = folder / f"{package.name}-{package.version}" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
        lines.writerow(
            (package.name, package.version, package.licence or "not said", " ".join(texts) or "none in the wheel")
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "licences.csv").write_text(table.getvalue(), "utf-8")


def _statements(manifest: Manifest, packages: Sequence[Package], folder: Path) -> None:
    """Copy the statements about wheels that go in; one about another byte stays where it is."""
    if not manifest.distribution.statements:
        return
    digests = {package.sha256 for package in packages}
    for path in sorted(manifest.place(manifest.distribution.statements).glob("*.json")):
        if digests & set(_words(json.loads(path.read_text("utf-8")))):
            folder.mkdir(exist_ok=True)
            shutil.copyfile(path, folder / path.name)


def _words(value: object) -> list[str]:
    """Return every text in a JSON document."""
    if isinstance(value, dict):
        return [word for item in value.values() for word in _words(item)]
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    return [value] if isinstance(value, str) else []
