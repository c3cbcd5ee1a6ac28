"""The distribution itself as a wheel: it requires exactly its packages, and carries settings, locks and logo."""

from __future__ import annotations

import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import tomlkit

from .manifest import Manifest
from .packages import Package

MOMENT = (1980, 1, 1, 0, 0, 0)
"""When everything in an archive was made, so that the same content is the same bytes."""


def write(manifest: Manifest, packages: Sequence[Package], folder: Path) -> Package:
    """Write the wheel into *folder* and return it."""
    about = manifest.distribution
    stem = f"{about.name.replace('-', '_')}-{about.version}"
    info, data = f"{stem}.dist-info", f"{stem}.data/data/share/dihya"
    files = {f"{data}/distribution.toml": settings(manifest).encode()}
    if manifest.brand.logo:
        files[f"{data}/{manifest.brand.file}"] = manifest.place(manifest.brand.logo).read_bytes()
    files[f"{info}/METADATA"] = _metadata(manifest, packages).encode()
    files[f"{info}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: dihya-distributions\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    lines = [f"{name},sha256={_digest(body)},{len(body)}\n" for name, body in files.items()]
    files[f"{info}/RECORD"] = "".join([*lines, f"{info}/RECORD,,\n"]).encode()
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            item = zipfile.ZipInfo(name, MOMENT)
            item.external_attr = 0o644 << 16
            archive.writestr(item, body, zipfile.ZIP_DEFLATED)
    return Package(wheel, "the manifest", ("it is the distribution: settings, locks and logo",))


def settings(manifest: Manifest) -> str:
    """Return the file that the core reads below ``dihya.toml``."""
    document = tomlkit.document()
    document["name"], document["version"] = manifest.distribution.name, manifest.distribution.version
    document["locked"] = sorted(manifest.distribution.locked)
    document["settings"] = {section: values for section, values in sorted(manifest.all_settings().items())}
    return tomlkit.dumps(document)


def _metadata(manifest: Manifest, packages: Sequence[Package]) -> str:
    about = manifest.distribution
    lines = ["Metadata-Version: 2.1", f"Name: {about.name}", f"Version: {about.version}"]
    lines += [f"Summary: {' '.join(about.summary.split())}"] if about.summary else []
    lines += [f"Requires-Dist: {one.name}=={one.version}" for one in packages if one.name.startswith("dihya-")]
    return "\n".join([*lines, ""])


def _digest(body: bytes) -> str:
    return urlsafe_b64encode(sha256(body).digest()).rstrip(b"=").decode()
