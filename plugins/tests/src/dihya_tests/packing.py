"""Wheels for tests, written without building anything: whole ones, and ones with a flaw."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from dihya_hookspecs.wheels import digest

CONTRACT = "dihya-hookspecs>=2,<3"


def packed(
    folder: Path,
    name: str = "notes",
    files: Mapping[str, str | bytes] | None = None,
    *,
    version: str = "1.0",
    requires: Sequence[str] = (CONTRACT,),
    headers: Sequence[str] = (),
    points: str = "",
    changed: Mapping[str, str | bytes] | None = None,
) -> Path:
    """Write the wheel of a plugin below *folder* and return it.

    Args:
        files: path inside of the package → content; a face is there in any case.
        headers: further lines of the metadata, such as ``"License-Expression: MIT"``.
        points: further lines behind the entry point that makes it a plugin.
        changed: path inside of the wheel → content that is written instead of what RECORD says, or beside it.
    """
    package, info = f"dihya_{name}", f"dihya_{name}-{version}.dist-info"
    said = ["Metadata-Version: 2.4", f"Name: dihya-{name.replace('_', '-')}", f"Version: {version}", *headers]
    said += [f"Requires-Dist: {line}" for line in requires]
    inside: dict[str, str | bytes] = {f"{package}/__init__.py": f'"""The plugin {name}."""\n'}
    inside |= {f"{package}/{path}": content for path, content in (files or {}).items()}
    inside |= {
        f"{info}/METADATA": "\n".join(said) + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[dihya.plugins]\n{name} = {package}\n{points}",
    }
    rows = [f"{path},{digest(_bytes(content))},{len(_bytes(content))}\n" for path, content in inside.items()]
    inside[f"{info}/RECORD"] = "".join(rows) + f"{info}/RECORD,,\n"
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{package}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**inside, **(changed or {})}.items():
            archive.writestr(path, content)
    return wheel


def laid_out(wheel: Path, place: Path) -> Path:
    """Unpack a wheel into a folder, as an installation leaves it there; return the folder, for ``sys.path``."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
