"""What these tests share: small wheels in a folder that stands for an index, and a manifest beside it."""

from __future__ import annotations

import re
import textwrap
import zipfile
from pathlib import Path

import pytest
from dihya_distributions.manifest import Manifest

LICENCE = "Do what you like."


class Shelf:
    """A folder of wheels, and the manifest that looks into it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wheels = folder, folder / "shelf"
        self.wheels.mkdir()
        for name in ("dihya-core", "dihya-wsgi"):
            self.add(name)

    def add(self, name, version="1.0", *requires, licence="MIT", folder=None):
        """Put a small wheel there and return its path."""
        stem = f"{name.replace('-', '_')}-{version}"
        path = (folder or self.wheels) / f"{stem}-py3-none-any.whl"
        needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
        needs += "".join(f"Provides-Extra: {one}\n" for one in re.findall(r"extra == '(\w+)'", needs))
        metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: Small.\nLicense-Expression: {licence}\n{needs}"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name.replace('-', '_')}/__init__.py", '"""Small."""\n')
            archive.writestr(f"{stem}.dist-info/METADATA", metadata)
            archive.writestr(
                f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{stem}.dist-info/licenses/LICENSE", LICENCE)
            archive.writestr(f"{stem}.dist-info/RECORD", "")
        return path

    def manifest(self, rest: str = '[plugins]\nclub = "*"\n', head: str = "") -> Manifest:
        """Return the manifest of a distribution that looks there."""
        text = '[distribution]\nname = "suite"\nversion = "1.2"\nsummary = "A suite."\nfind_links = ["shelf"]\n'
        (self.folder / "distribution.toml").write_text(text + head + textwrap.dedent(rest))
        return Manifest.read(self.folder / "distribution.toml")


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A shelf with what every distribution needs; no index is asked."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return Shelf(tmp_path)
