"""What came in and waits for a yes: kept as a wheel that was looked through, of which nothing has run."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dihya_hookspecs import NotFound
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.installing import Arrival
from dihya_hookspecs.wheels import LARGEST, inspected

from .packages import Parcel, received
from .sentences import refused
from .standing import faults_of, requirements

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime

PLACE = Path(".install", "arrivals")
SECONDS = 24 * 3600
_ID = re.compile(r"[0-9a-f]{64}")


def receive(runtime: Runtime, name: str, content: Iterable[bytes]) -> Arrival:
    """Look through a wheel, or the ZIP file of a plugin's folder, that comes as bytes.

    Raises:
        Invalid: it is none of them, it is too large, or it is no plugin.
    """
    with tempfile.TemporaryDirectory() as work:
        file_name = PurePosixPath(name.replace("\\", "/")).name
        source = Path(work, file_name)
        if source.suffix not in (".whl", ".zip"):
            raise refused(
                mark("%(file)r is neither a wheel nor a ZIP file; choose one such as dihya_notes-1.0-py3-none-any.whl"),
                code="no-wheel", file=file_name,
            )  # fmt: skip
        size = 0
        with source.open("wb") as file:
            for block in content:
                size += len(block)
                if size > LARGEST:
                    raise refused(
                        mark("%(file)r is larger than %(most)s MB"), code="too-large", file=file_name,
                        most=LARGEST // 2**20,
                    )  # fmt: skip
                file.write(block)
        return take(runtime, source)


def take(runtime: Runtime, source: Path) -> Arrival:
    """Look through a folder, a ZIP file or a wheel of this machine."""
    with tempfile.TemporaryDirectory() as work:
        return _kept(runtime, received(source, Path(work)), built=source.suffix != ".whl")


def find(runtime: Runtime, id: str) -> tuple[Path, Arrival]:
    """Return the wheel and what was found in it, judged again by what is installed now. Raises NotFound."""
    folder = runtime.data / PLACE / id
    try:
        if not _ID.fullmatch(id):
            raise FileNotFoundError
        (wheel,) = folder.glob("*.whl")
        said = json.loads((folder / "arrival.json").read_text("utf-8"))
        parcel = Parcel.of(inspected(wheel))
    except (OSError, ValueError) as error:
        raise refused(
            mark("what waited here is not there any more; bring it in again"), NotFound, "no-arrival"
        ) from error
    return wheel, _judged(runtime, parcel, built=said["built"], generated=said["generated"])


def discard(data: Path, id: str) -> None:
    """Forget what waits."""
    if _ID.fullmatch(id):
        shutil.rmtree(data / PLACE / id, ignore_errors=True)


def _kept(runtime: Runtime, parcel: Parcel, *, built: bool) -> Arrival:
    arrival = _judged(runtime, parcel, built=built, generated=parcel.generated)
    place = runtime.data / PLACE
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in place.iterdir():
        if time.time() - old.stat().st_mtime > SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(dir=place))
    shutil.copy(parcel.path, fresh)
    (fresh / "arrival.json").write_text(json.dumps(asdict(arrival)), "utf-8")
    shutil.rmtree(place / arrival.id, ignore_errors=True)
    fresh.rename(place / arrival.id)
    return arrival


def _judged(runtime: Runtime, parcel: Parcel, *, built: bool, generated: bool) -> Arrival:
    """Return what is known of a wheel without running it, and everything that stands against it."""
    there = runtime.plugins.get(parcel.name)
    name = parcel.name
    owns = (f"[{name}]", f"/{name}", f"/api/v1/{name}", f"{name}_…", f"{name}:…", f"{name}.…")
    contract, requires = requirements(parcel.requires)
    return Arrival(
        parcel.sha256, name, parcel.version, there.candidate.version if there else "", contract, parcel.python, requires,
        owns, _brings(parcel), generated, built, faults_of(runtime, parcel),
    )  # fmt: skip


def _brings(parcel: Parcel) -> tuple[str, ...]:
    """Return the names of the files that make up a plugin, as far as it has them."""
    with zipfile.ZipFile(parcel.path) as archive:
        inside = {
            PurePosixPath(name).parts[1:2] for name in archive.namelist() if name.startswith(f"dihya_{parcel.name}/")
        }
    return tuple(part for part in PARTS if (f"{part}.py",) in inside or (part,) in inside)


PARTS = (
    "models", "migrations", "routes", "resources", "pages", "templates", "static", "permissions", "policies", "settings",
    "tasks", "background", "events", "subscriptions", "cli", "middleware", "egress", "health", "setup",
)  # fmt: skip
