"""The files of the data folder that no part claims, and the configuration without what belongs to one machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

OURS = ("work/*", "*.lock", "backup-id")
"""Of this process or this machine: they do not travel."""


def files(data: Path, claims: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Yield name and path of each plain file that nobody claims."""
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data).as_posix()
        if path.is_file() and not path.is_symlink() and not claimed(name, claims):
            yield name, path


def claimed(name: str, claims: Sequence[str]) -> bool:
    """Whether a pattern takes this path; ``*`` takes slashes too."""
    return any(fnmatchcase(name, pattern) for pattern in claims)


def portable(text: str, local: Mapping[str, Sequence[str]]) -> str:
    """Return a configuration without what belongs to one machine.

    Args:
        local: section → keys that do not travel; ``*`` for the whole section.
    """
    import tomlkit

    document = tomlkit.parse(text)
    for section, keys in {**local, "dihya": ("data",)}.items():
        if section not in document:
            continue
        if "*" in keys:
            document.remove(section)
            continue
        table = document[section]
        for key in keys:
            if key in table:  # type: ignore[operator]
                table.remove(key)  # type: ignore[union-attr]
    return tomlkit.dumps(document)
