"""Names of files in an export, which every system can unpack: Windows, macOS and Linux, whatever the case."""

from __future__ import annotations

import re
from collections.abc import Container
from hashlib import sha256

LONGEST = 100
"""Characters of one part of a path: far below every limit, also where a long folder stands before it."""
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# What Windows keeps for devices, with any ending.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$)(\..*)?")


def part(name: str, otherwise: str = "file") -> str:
    """Return *name* as one part of a path: safe characters, no device, no leading or trailing dot, not too long."""
    safe = _UNSAFE.sub("_", name).strip(". ") or otherwise
    if _DEVICES.fullmatch(safe):
        safe = f"_{safe}"
    if len(safe) <= LONGEST:
        return safe
    stem, ending = _split(safe)
    mark = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{stem[: LONGEST - len(ending) - 9].rstrip('.')}-{mark}{ending}"


def free(taken: Container[str], path: str) -> str:
    """Return *path*, with a number if *taken*, which holds lower-case paths, has it in any case."""
    folder, slash, name = path.rpartition("/")
    stem, ending = _split(name)
    number, candidate = 2, path
    while candidate.lower() in taken:
        candidate = f"{folder}{slash}{stem}-{number}{ending}"
        number += 1
    return candidate


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, f".{ending}") if dot and stem and len(ending) <= 12 else (name, "")
