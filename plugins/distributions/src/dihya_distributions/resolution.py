"""From a manifest to wheels: folders are built, the rest is resolved and fetched by pip, all of it or nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from .manifest import CORE, Manifest, near
from .packages import Package, explained
from .providers import BRAND, LANGUAGES, SERVER, package, section

ALWAYS = {
    "dihya-core": "every distribution runs on it",
    package(SERVER): "the launcher serves with it",
}
SHOWS = {section(service): package(service) for service in (BRAND, LANGUAGES)}
"""Which package shows what [brand] says."""


def resolve(manifest: Manifest, work: Path) -> list[Package]:
    """Return every package of the distribution as a wheel below *work*, with why it goes in.

    Raises:
        Invalid: the manifest asks for what does not exist, or does not fit together.
        DihyaError: a folder could not be built, or no package could be fetched.
    """
    local, wheels = work / "local", work / "wheels"
    local.mkdir()
    wheels.mkdir()
    wanted, lines, origins = dict(ALWAYS), list(ALWAYS), {}
    for name, source in manifest.plugins.items():
        called = f"dihya-{name.replace('_', '-')}"
        wanted[called] = "named in the manifest"
        extras = f"[{','.join(sorted(source.extras))}]" if source.extras else ""
        if source.path:
            built = _local(name, manifest.place(source.path), local)
            lines.append(f"{built.name}{extras}=={built.version}")
            origins[built.wheel.name] = source.path
        else:
            lines.append(f"{called}{extras}{source.version}")
    _download(manifest, lines, local, wheels)
    found = [Package(path, origins.get(path.name, "index")) for path in sorted(wheels.glob("*.whl"))]
    asked = {need.name: need.extras for need in map(Requirement, lines)}
    packages = explained(found, wanted, asked)
    _check_settings(manifest, {package.name for package in packages})
    return packages


def _check_settings(manifest: Manifest, names: set[str]) -> None:
    """Raise Invalid for settings and a brand of which nothing in the distribution takes notice."""
    plugins = sorted(name.removeprefix("dihya-").replace("-", "_") for name in names if name.startswith("dihya-"))
    for shown in manifest.brand.settings("x"):
        if SHOWS[shown] not in names:
            raise Invalid(f"[brand] is shown by {SHOWS[shown]}, which does not go in; add {shown!r} to [plugins]")
    for said in manifest.settings:
        if said not in (*CORE, *plugins):
            raise Invalid(f"[settings.{said}] is about plugin {said!r}, which does not go in{near(said, plugins)}")


def _local(name: str, path: Path, out: Path) -> Package:
    """Return the plugin at a path as a wheel below *out*."""
    if path.suffix == ".whl":
        package = Package(Path(shutil.copy(path, out)))
    else:
        place = out / name
        uv = Path(sys.executable).with_name("uv")
        if uv.exists():
            command = [str(uv), "build", "--quiet", "--wheel", "--no-config", "--python", sys.executable]
            command += ["--out-dir", str(place), str(path)]
        else:
            command = [
                sys.executable,
                "-P",
                "-m",
                "pip",
                "wheel",
                "--quiet",
                "--no-deps",
                "--disable-pip-version-check",
            ]
            command += ["--wheel-dir", str(place), str(path)]
        done = _run(command)
        built = list(place.glob("*.whl")) if place.is_dir() else []
        if done.returncode or len(built) != 1:
            raise DihyaError(
                f"plugin {name!r} could not be built from {str(path)!r}: {_last(done.stderr)}", code="build"
            )
        package = Package(Path(shutil.move(built[0], out)))
    known = f"dihya-{name.replace('_', '-')}"
    if package.name != known:
        raise Invalid(
            f"{str(path)!r} holds package {package.name!r}, and [plugins] calls it {name!r}, which is {known!r}"
        )
    return package


def _download(manifest: Manifest, lines: list[str], local: Path, wheels: Path) -> None:
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-input", "--disable-pip-version-check"]
    command += ["--only-binary", ":all:", "--progress-bar", "off", "--dest", str(wheels), "--find-links", str(local)]
    for folder in manifest.distribution.find_links:
        command += ["--find-links", str(manifest.place(folder))]
    if manifest.distribution.constraints:
        command += ["--constraint", str(manifest.place(manifest.distribution.constraints))]
    pins = local / "pins.txt"
    pins.write_text("".join(f"{name}=={version}\n" for name, version in _near_versions(manifest).items()), "utf-8")
    command += ["--constraint", str(pins)]
    done = _run([*command, *lines])
    if done.returncode:
        raise _explained(done.stdout + done.stderr, lines)


def _near_versions(manifest: Manifest) -> dict[str, Version]:
    """Return for each of our packages in the folders of the manifest the newest version that it allows.

    What lies there is never taken from an index, on which a stranger may have published a higher version by that name.
    """
    ranges = {f"dihya-{name.replace('_', '-')}": source.version for name, source in manifest.plugins.items()}
    found: dict[str, Version] = {}
    for folder in manifest.distribution.find_links:
        for wheel in manifest.place(folder).glob("dihya_*.whl"):
            name, version, _, _ = parse_wheel_filename(wheel.name)
            if version in SpecifierSet(ranges.get(name, "")) and version >= found.get(name, version):
                found[name] = version
    return found


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {"SOURCE_DATE_EPOCH": "315532800", **os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)


def _explained(said: str, lines: list[str]) -> DihyaError:
    """Return what pip said in one sentence: who conflicts with whom, or what is nowhere."""
    causes = re.search(r"The conflict is caused by:\n((?: {4}.+\n?)+)", said)
    if causes:
        parts = [line.strip().removeprefix("The user requested ") for line in causes[1].splitlines() if line.strip()]
        return Invalid(f"the plugins do not fit together: {', and '.join(parts)}", code="conflict")
    absent = re.search(r"No matching distribution found for (\S+)", said)
    if absent:
        need = Requirement(absent[1])
        asked = re.search(
            rf"satisfies the requirement {re.escape(absent[1])} \(from ([^()]+?)(?:->\S+)?\) \(from versions: ([^)]*)\)",
            said,
        )
        versions = re.search(r"\(from versions: ([^)]*)\)", said)
        who = f", which {asked[1]} requires," if asked else ""
        there = f"; there are {versions[1]}" if versions and versions[1] != "none" else ""
        ours = [canonicalize_name(Requirement(line).name) for line in lines]
        hint = "" if need.name in ours or there else near(need.name, ours)
        return Invalid(f"{absent[1]!r}{who} is found in no index and no folder as a wheel{there}{hint}", code="missing")
    return DihyaError(f"the packages could not be fetched: {_last(said)}", code="fetch")


def _last(said: str) -> str:
    lines = [line.removeprefix("ERROR: ").strip() for line in said.splitlines() if line.strip()]
    told = [line.removeprefix("ERROR: ").strip() for line in said.splitlines() if line.startswith("ERROR: ")]
    return (told or lines or ["no reason was given"])[-1]
