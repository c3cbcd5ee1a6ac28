"""A plugin's portrait: what its files and metadata say, what an upgrade would bring, and what stands against it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import importlib_metadata
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Text, mark
from dihya_hookspecs.inspecting import Marks, Part, Portrait, Statements
from dihya_hookspecs.installing import Arrival
from dihya_hookspecs.wheels import Wheel, opened
from dihya_hookspecs.wheels import inspected as looked_through

from . import parts
from .integrity import Integrity, Verifier
from .packages import received
from .sentences import refused
from .standing import faults_of, requirements
from .statics import Sources

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime

TOLD = {"type", "default"}
"""Facts whose change is no gain: of settings."""


def inspected(runtime: Runtime, said: str, statement: Path | None = None, keys: Collection[str] = ()) -> Portrait:
    """Return the portrait of a wheel, ZIP or folder, or of an installed plugin; called in an act.

    Args:
        said: a path, or the name of a plugin that is installed.
        statement: the file that ``dihya check`` signed; without it, one that was kept here counts.
        keys: public keys that are trusted besides those of this installation.

    Raises:
        NotFound: it is neither a file nor the name of a plugin.
        Invalid: it is no plugin, or the statement is not about it.
    """
    source = Path(said)
    if not source.exists() or (said in runtime.plugins and source.is_dir()):
        if statement is not None:
            raise refused(mark("a statement is about a wheel, and %(name)r is installed; give the wheel"), name=said)
        return of_installed(runtime, said)
    with tempfile.TemporaryDirectory() as work:
        parcel = received(source, Path(work))
        portrait = of_wheel(runtime, parcel)
        return replace(portrait, marks=_marks(runtime, parcel, statement, keys))


def of_arrival(runtime: Runtime, path: Path, arrival: Arrival) -> Portrait:
    """Return the portrait of what waits for a yes; what stands against it was judged already."""
    wheel = looked_through(path)
    return replace(of_wheel(runtime, wheel), faults=arrival.faults, marks=_marks(runtime, wheel, None, ()))


def _marks(runtime: Runtime, wheel: Wheel, statement: Path | None, keys: Collection[str]) -> Marks | None:
    """Return what a statement says of the wheel."""
    if not runtime.provides(Statements):
        if statement is not None:
            raise refused(mark("nobody here reads statements; install dihya-tests"))
        return None
    text = statement.read_text("utf-8", "replace") if statement else ""
    return get(Statements).marks(wheel.path.read_bytes(), text, keys)


def of_wheel(runtime: Runtime, wheel: Wheel) -> Portrait:
    """Return the portrait of a wheel that was looked through, beside the version that is installed."""
    package = f"dihya_{wheel.name}"
    with opened(wheel.path) as archive:
        files = {
            name.removeprefix(f"{package}/"): archive.read(name).decode("utf-8", "replace")
            for name in archive.namelist()
            if name.startswith(f"{package}/") and name.endswith(".py")
        }
        said: Any = importlib_metadata.PathDistribution(zipfile.Path(archive, f"{wheel.info}/"))  # type: ignore[arg-type]
        portrait = _portrait(said, wheel.name, files)
    before = _installed(runtime, wheel.name)
    old = set(map(_kernel, before.parts)) if before else set()
    new = set(map(_kernel, portrait.parts))
    return replace(
        portrait,
        sha256=wheel.sha256,
        before=before.version if before else "",
        gains=tuple(part for part in portrait.parts if _kernel(part) not in old),
        loses=tuple(part for part in before.parts if _kernel(part) not in new) if before else (),
        faults=faults_of(runtime, wheel),
    )


def of_installed(runtime: Runtime, name: str) -> Portrait:
    """Return the portrait of an installed plugin. Raises NotFound."""
    runtime.ensure_known(name)
    found = _installed(runtime, name)
    if found is None:
        raise refused(
            mark("plugin %(name)r is in memory, and has no files that could be read"), code="in-memory", name=name
        )
    return found


def _installed(runtime: Runtime, name: str) -> Portrait | None:
    loaded = runtime.plugins.get(name)
    folder = loaded.candidate.folder() if loaded and loaded.candidate.distribution else None
    if loaded is None or folder is None:
        return None
    files = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace")
        for path in sorted(folder.rglob("*.py"))
        if path.is_file()
    }
    distribution = importlib_metadata.distribution(loaded.candidate.distribution)
    portrait = _portrait(distribution, name, files)
    found: Integrity = Verifier().verify(distribution, loaded.candidate.package)
    faults = (loaded.reason,) if loaded.reason else ()
    return replace(portrait, record=found.record, changed=found.changed, faults=faults)


def _portrait(distribution: Any, name: str, files: dict[str, str]) -> Portrait:
    """Return what metadata and sources say."""
    said = distribution.metadata
    contract, requires = requirements(distribution.requires or ())
    found, undecided = parts.read(Sources(f"dihya_{name}", files), name)
    authors = [said.get(field) for field in ("Author", "Author-email", "Maintainer", "Maintainer-email")]
    return Portrait(
        name,
        said.get("Version") or "",
        said.get("Summary") or "",
        said.get("License-Expression") or (said.get("License") or "").partition("\n")[0],
        tuple(author for author in authors if author),
        tuple(_links(said)),
        contract,
        said.get("Requires-Python") or "",
        requires,
        parts=tuple(found),
        undecided=tuple(undecided),
    )


def _links(said: Any) -> Iterator[str]:
    """Yield the addresses of a project as people read them: ``Source: https://…``."""
    for line in said.get_all("Project-URL") or ():
        word, _, address = (part.strip() for part in line.partition(","))
        yield f"{word}: {address}" if address else word
    if home := (said.get("Home-page") or "").strip():  # what came before labels
        yield f"Homepage: {home}"


def _kernel(part: Part) -> tuple[object, ...]:
    """Return what makes a part another one: a permission that more roles get is a gain, a new word in a title is none."""
    return part.kind, part.name, tuple(fact for fact in part.facts if fact[0] not in TOLD)


def as_json(portrait: Portrait) -> str:
    """Return a portrait as JSON."""
    return json.dumps(portrait, default=_plain, ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    said = {name: getattr(value, name) for name in value.__slots__}
    if isinstance(value, Part):
        facts = {word: _both(one) for word, one in value.facts}
        return {**said, "title": _both(value.title), "facts": facts}
    return said


def _both(said: object) -> Any:
    return {"en": said.en, "fr": said.fr} if isinstance(said, Text) else said
