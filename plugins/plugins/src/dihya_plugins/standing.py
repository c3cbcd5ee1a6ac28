"""What stands against installing a wheel here, all of it at once."""

from __future__ import annotations

import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.wheels import CONTRACT, Wheel, demand_contract, demand_requirements, lacking
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from .installation import check_names
from .sentences import refused

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


def faults_of(runtime: Runtime, wheel: Wheel) -> tuple[str, ...]:
    """Return everything that stands against installing a wheel here."""
    place = Path(sysconfig.get_path("purelib"))
    faults = []
    for check in (
        lambda: check_names(wheel, runtime, place),
        lambda: demand_contract(wheel),
        lambda: demand_requirements(wheel),
        lambda: check_writable(place),
    ):
        try:
            check()
        except DihyaError as error:
            faults.append(error.message)
    return tuple(faults)


def check_writable(place: Path) -> None:
    """Raise Invalid where the account of this process cannot change the environment, or not for good."""
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=".dihya-"):
            pass
    except OSError as error:
        raise refused(
            mark("the server's account cannot write to %(folder)r; use 'dihya plugins' on the machine"),
            code="read-only", status=409, folder=str(place),
        ) from error  # fmt: skip


def requirements(lines: Sequence[str]) -> tuple[str, tuple[tuple[str, bool], ...]]:
    """Return the range of the contract, and each other requirement with whether it is met here."""
    contract, found = "", []
    for line in lines:
        try:
            need = Requirement(line)
        except InvalidRequirement:
            found.append((line, False))
            continue
        if canonicalize_name(need.name) == CONTRACT:
            contract = ",".join(sorted(map(str, need.specifier), reverse=True))  # >=2,<3
        elif not need.marker or need.marker.evaluate({"extra": ""}):
            found.append((f"{need.name}{need.specifier}", not lacking(need)))
    return contract, tuple(found)
