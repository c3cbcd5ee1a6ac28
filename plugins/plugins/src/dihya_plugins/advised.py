"""Which installed plugins an advisory is about; what was found is kept until files or versions change."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import importlib_metadata
from dihya_hookspecs import Invalid
from dihya_hookspecs.inspecting import Advisory
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from . import advisories

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime

KEPT = "advisories.json"


def advised(runtime: Runtime) -> dict[str, list[Advisory]]:
    """Return plugin → advisories on its own package and on the libraries that it requires.

    Raises:
        Invalid: a file cannot be read, and plugins are left out by what these files say.
    """
    place = runtime.configuration.folder / runtime.switches.advisories
    versions = dict[str, str]()
    for item in importlib_metadata.distributions():
        if item.name:  # of two copies, Python imports the one that comes first on the path
            versions.setdefault(canonicalize_name(item.name), item.version)
    try:
        found = _known(runtime.data / KEPT, place, versions)
    except Invalid as error:
        if runtime.switches.advised == "off":
            raise
        runtime.configuration.warnings.append(error.message)
        return {}
    accepted = set(runtime.switches.accept_advisories)
    open_ = [one for one in found if not accepted & {one.id, *one.aliases}]
    return _by_plugin(runtime, open_) if open_ else {}


def _by_plugin(runtime: Runtime, found: Iterable[Advisory]) -> dict[str, list[Advisory]]:
    told: dict[str, list[Advisory]] = {}
    for name, loaded in runtime.plugins.items():
        if distribution := loaded.candidate.distribution:
            concerned = {canonicalize_name(distribution), *_libraries(distribution)}
            if mine := [one for one in found if one.package in concerned]:
                told[name] = sorted(mine, key=lambda one: (one.package != canonicalize_name(distribution), one.id))
    return told


def _libraries(distribution: str) -> set[str]:
    """Return the packages that a plugin requires itself, but for other plugins, which are judged on their own."""
    names = set()
    for line in importlib_metadata.requires(distribution) or ():
        with suppress(InvalidRequirement):
            need = Requirement(line)
            if not need.marker or need.marker.evaluate({"extra": ""}):
                names.add(canonicalize_name(need.name))
    return {name for name in names if not name.startswith("dihya-")}


def _known(kept: Path, place: Path, versions: Mapping[str, str]) -> list[Advisory]:
    """Return what the files say of these versions; they are read again when one of them, or what is installed, changed."""
    key = sha256(json.dumps([advisories.state(place), sorted(versions.items())]).encode()).hexdigest()
    with suppress(OSError, ValueError, TypeError, KeyError):
        said: Any = json.loads(kept.read_text("utf-8"))
        if said["key"] == key:
            return [Advisory(**{**one, "aliases": tuple(one["aliases"])}) for one in said["found"]]
    found = advisories.concerning(place, versions)
    if kept.parent.is_dir():
        fresh = kept.with_name(f".{kept.name}.{os.getpid()}")
        with suppress(OSError):
            fresh.touch(0o600)
            fresh.write_text(json.dumps({"key": key, "found": [asdict(one) for one in found]}), "utf-8")
            fresh.replace(kept)
    return found
