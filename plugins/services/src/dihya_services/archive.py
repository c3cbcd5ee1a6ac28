"""The ZIP of a plugin: the same files give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MOMENT = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o100644 << 16


def pack(files: Mapping[str, str], root: str) -> bytes:
    """Return a ZIP in which *files* stand below the folder *root*, by name, without the time of day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{root}/{path}", MOMENT)
            entry.external_attr = PLAIN_FILE
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path].encode("utf-8"))
    return target.getvalue()
