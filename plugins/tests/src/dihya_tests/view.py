"""Which files a sandboxed run sees: the programs of the machine, Python and its packages, and nothing else of it."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/mime.types",
)  # fmt: skip
PARTS = ("bin", "lib", "lib64", "pyvenv.cfg")
"""What is shown of a Python installation; beside these an application may keep anything."""
WITNESSED = 20


@dataclass(frozen=True, slots=True)
class View:
    """What a run sees.

    Attributes:
        show: paths that it may read.
        hide: paths that it may not see although they lie below a path that is shown.
        own: folders that it finds empty and may fill.
        copy: folders of which it gets a copy that it may change.
    """

    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    copy: tuple[str, ...] = ()

    def everything_shown(self) -> list[str]:
        """Return the paths to show with the machine's programs and Python, outer folders first."""
        wanted = {*SYSTEM, *_python(), *self.show}
        wanted |= {str(Path(path).resolve()) for path in wanted if Path(path).exists()}
        return sorted(wanted)

    def to_be_refused(self) -> list[str]:
        """Return files of the machine that are there and that a run must not be able to read."""
        hidden = (file for path in self.hide for file in _files(Path(path)) if not self._is_given(file))
        return ["/etc/shadow", *islice(hidden, WITNESSED)]

    def _is_given(self, file: str) -> bool:
        return any(Path(file).is_relative_to(path) for path in (*self.show, *self.own, *self.copy))


def _python() -> Iterator[str]:
    """The interpreter, its library, the installed packages, and the sources that ``.pth`` files lead to."""
    around = {str(Path(path).parents[2]) for path in _added()}
    for prefix in {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, *around}:
        yield from (f"{prefix}/{part}" for part in PARTS)
    packages = [path for path in dict.fromkeys((*site.getsitepackages(), *_added())) if Path(path).is_dir()]
    yield from packages
    yield from _sources(packages)


def _added() -> Iterator[str]:
    """The package folders that the code of a ``.pth`` file has put on the path: another environment around this one."""
    return (path for path in sys.path if Path(path).match("*/lib*/python*/site-packages"))


def _sources(packages: Iterable[str]) -> Iterator[str]:
    for folder in packages:
        for file in Path(folder).glob("*.pth"):
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                if line and not line.startswith(("#", "import ", "import\t")) and (Path(folder) / line).is_dir():
                    yield str(Path(folder) / line)


def _files(path: Path) -> Iterator[str]:
    """Every file at or below *path*; what cannot be read needs no witness."""
    if path.is_file():
        yield str(path)
    for place, _, files in os.walk(path):
        yield from (str(Path(place) / name) for name in files)
