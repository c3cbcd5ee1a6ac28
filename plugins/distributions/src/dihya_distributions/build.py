"""From a manifest to an archive: all of it, tried, or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dihya_hookspecs import DihyaError

from . import metapackage, smoke
from .archive import pack
from .assembly import assemble
from .manifest import Manifest
from .packages import Package
from .resolution import resolve


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: the archive, its SHA-256, and what its smoke test saw."""

    archive: Path
    sha256: str
    seen: tuple[str, ...]


def plan(manifest: Manifest) -> list[Package]:
    """Return every package that would go in, with why. Nothing stays."""
    with tempfile.TemporaryDirectory(prefix="dihya-plan-") as place:
        work = Path(place)
        packages = resolve(manifest, work)
        for package in packages:  # what is printed of them is read before their files go
            _ = package.metadata
        return packages


def build(manifest: Manifest, out: Path, say: Callable[[str], None]) -> Built:
    """Build the archive in *out*. What fails leaves *out* as it was.

    Args:
        say: is told what happens now.

    Raises:
        DihyaError: it cannot be built, or does not pass its smoke test.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="dihya-build-") as place:
            return _build(manifest, out, say, Path(place))
    except OSError as error:
        where = f" {error.filename!r}" if error.filename else ""
        raise DihyaError(
            f"the distribution could not be written{where}: {error.strerror or error}", code="build"
        ) from error


def _build(manifest: Manifest, out: Path, say: Callable[[str], None], work: Path) -> Built:
    say("fetching the packages")
    packages = resolve(manifest, work)
    whole = [*packages, metapackage.write(manifest, packages, work)]
    say(f"packing {len(whole)} packages")
    folder = work / "archive" / manifest.label
    assemble(manifest, whole, folder)
    archive = work / f"{manifest.label}.tar.gz"
    digest = pack(folder, archive)
    say("trying it in an environment of its own, without an index")
    trial = work / "trial"
    trial.mkdir()
    seen = smoke.check(archive, manifest, trial)
    return Built(_keep(archive, out), digest, tuple(seen))


def _keep(archive: Path, out: Path) -> Path:
    """Put the archive into its place, whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    draft = out / f".{archive.name}.new"
    try:
        shutil.copyfile(archive, draft)
        os.replace(draft, out / archive.name)
    finally:
        draft.unlink(missing_ok=True)
    return out / archive.name
