"""The wheels of a distribution: what each says of itself, and why it goes in."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from email.parser import Parser
from functools import cached_property
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from dihya_hookspecs import Invalid
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_LICENCES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS", "COPYRIGHT")


@dataclass(frozen=True)
class Package:
    """One wheel.

    Attributes:
        origin: where it came from: ``index``, or the path that the manifest names.
        reasons: why it goes in, in the order of weight.
    """

    wheel: Path
    origin: str = "index"
    reasons: tuple[str, ...] = field(default=())

    @cached_property
    def metadata(self) -> Message:
        """What it says of itself."""
        try:
            with zipfile.ZipFile(self.wheel) as archive:
                names = [name for name in archive.namelist() if _is_info(name) and name.endswith("/METADATA")]
                return Parser().parsestr(archive.read(names[0]).decode("utf-8"))
        except (zipfile.BadZipFile, IndexError, UnicodeDecodeError) as error:
            raise Invalid(f"{self.wheel.name!r} is no wheel that can be read; build or fetch it again") from error

    @property
    def name(self) -> str:
        """Its name, as requirements say it."""
        return canonicalize_name(self.metadata["Name"])

    @property
    def version(self) -> str:
        """Its version."""
        return str(self.metadata["Version"])

    @cached_property
    def sha256(self) -> str:
        """The digest of the wheel."""
        return sha256(self.wheel.read_bytes()).hexdigest()

    @property
    def licence(self) -> str:
        """The licence as it names it: an SPDX expression, a short text, or its classifiers; empty where it says nothing."""
        said = self.metadata.get("License-Expression") or self.metadata.get("License") or ""
        if said and "\n" not in said.strip() and len(said) < 80:
            return said.strip()
        classifiers = self.metadata.get_all("Classifier") or []
        named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
        return " AND ".join(named)

    @property
    def requires(self) -> list[Requirement]:
        """What it asks for in this environment, extras included, since it is known only together which of them are wanted."""
        return [Requirement(line) for line in self.metadata.get_all("Requires-Dist") or []]

    def licence_texts(self) -> dict[str, bytes]:
        """Return the texts of its licence, by file name."""
        found = {}
        with zipfile.ZipFile(self.wheel) as archive:
            for name in sorted(archive.namelist()):
                path = PurePosixPath(name)
                if not _is_info(name) or name.endswith("/"):
                    continue
                if "licenses" in path.parts[:-1] or path.name.upper().startswith(_LICENCES):
                    found["-".join(path.parts[1:]).removeprefix("licenses-")] = archive.read(name)
        return found

    @property
    def everywhere(self) -> bool:
        """True for a wheel that any machine takes."""
        return self.wheel.name.endswith("-any.whl")


def explained(
    packages: Iterable[Package], wanted: Mapping[str, str], asked: Mapping[str, set[str]] = MappingProxyType({})
) -> list[Package]:
    """Return the packages by name, each with why it goes in: what the manifest says, then who requires it.

    Args:
        asked: the extras that the manifest asks for, by package.
    """
    found = sorted(packages, key=lambda one: one.name)
    askers: dict[str, list[str]] = {}
    extras: dict[str, set[str]] = {name: set(some) for name, some in asked.items()}
    for _ in range(2):  # the second time every wanted extra is known
        for package in found:
            for need in package.requires:
                name = canonicalize_name(need.name)
                here = extras.get(package.name, set()) | {""}
                if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in here):
                    continue
                extras.setdefault(name, set()).update(need.extras)
                if package.name not in askers.setdefault(name, []):
                    askers[name].append(package.name)
    return [replace(one, reasons=_reasons(one.name, wanted, askers.get(one.name, []))) for one in found]


def _reasons(name: str, wanted: Mapping[str, str], askers: list[str]) -> tuple[str, ...]:
    said = [wanted[name]] if name in wanted else []
    if askers:
        shown = ", ".join(sorted(askers)[:3]) + (f" and {len(askers) - 3} more" if len(askers) > 3 else "")
        said.append(f"required by {shown}")
    return tuple(said)


def _is_info(name: str) -> bool:
    return PurePosixPath(name).parts[0].endswith(".dist-info")
