"""Assets: the files below every plugin's ``static/`` folder, known by the digest of their content."""

from __future__ import annotations

import base64
import difflib
import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

MEDIA_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""What is served; a file with another ending is not an asset. The machine's own table is not asked: it varies."""

_COMPRESSED = {".avif", ".gif", ".jpg", ".jpeg", ".png", ".webp", ".woff2"}
_FINGERPRINT = re.compile(r"^(?P<stem>.+)\.(?P<digest>[0-9a-f]{8})(?P<suffix>\.[A-Za-z0-9]+)\Z")
_CSS_URL = re.compile(r"""url\(\s*(?P<quote>['"]?)(?P<target>[^'")\s]+)(?P=quote)\s*\)""")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; ``name`` is ``<plugin>/<path>``."""

    name: str
    media_type: str
    body: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content, in hex."""
        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def integrity(self) -> str:
        """The value of an ``integrity`` attribute (Subresource Integrity)."""
        return "sha384-" + base64.b64encode(hashlib.sha384(self.body).digest()).decode()

    @cached_property
    def fingerprinted(self) -> str:
        """The name with the first eight digits of the digest before the ending."""
        stem, suffix = posixpath.splitext(self.name)
        return f"{stem}.{self.digest[:8]}{suffix}"

    @cached_property
    def zipped(self) -> bytes | None:
        """The content in gzip, where that makes it smaller; compressed once and kept."""
        if posixpath.splitext(self.name)[1].lower() in _COMPRESSED:
            return None
        small = gzip.compress(self.body, 9, mtime=0)
        return small if len(small) < len(self.body) else None


class Assets:
    """Finds assets by name and keeps them in memory until their file changes.

    Args:
        folders: gives the package folder of each active plugin; asked once, at the first look-up.
    """

    def __init__(self, folders: Callable[[], Mapping[str, Path]]) -> None:
        self._folders = cache(folders)
        self._known: dict[str, tuple[tuple[int, int], Asset]] = {}

    def find(self, name: str) -> Asset | None:
        """Return the asset *name* (``<plugin>/<path>``), or None."""
        path = self._path(name)
        if path is None:
            return None
        status = path.stat()
        state = (status.st_mtime_ns, status.st_size)
        known = self._known.get(name)
        if known is None or known[0] != state:
            known = self._known[name] = (state, self._read(name, path))
        return known[1]

    def demand(self, name: str) -> Asset:
        """Return the asset *name*. Raises LookupError that says what would have been right."""
        asset = self.find(name)
        if asset is None:
            raise LookupError(
                f"no asset {name!r}{self._suggestion(name)}; it is looked for as static/<path> in the plugin"
            )
        return asset

    def match(self, plugin: str, file: str) -> tuple[Asset, bool] | None:
        """Return what the address names, and whether it names it by fingerprint (and so for ever); None for nothing."""
        if asset := self.find(f"{plugin}/{file}"):
            return asset, False
        parts = _FINGERPRINT.match(file)
        if parts and (asset := self.find(f"{plugin}/{parts['stem']}{parts['suffix']}")):
            return (asset, True) if asset.digest.startswith(parts["digest"]) else None
        return None

    def names(self) -> list[str]:
        """Every asset of every active plugin."""
        found = []
        for plugin, folder in self._folders().items():
            root = folder / "static"
            found += [f"{plugin}/{path.relative_to(root).as_posix()}" for path in root.rglob("*") if path.is_file()]
        return sorted(name for name in found if self._path(name))

    def _path(self, name: str) -> Path | None:
        plugin, _, file = name.partition("/")
        folder = self._folders().get(plugin)
        parts = file.split("/")
        if folder is None or "\\" in file or "\0" in file or any(not part or part.startswith(".") for part in parts):
            return None
        if posixpath.splitext(file)[1].lower() not in MEDIA_TYPES:
            return None
        root = (folder / "static").resolve()
        try:
            path = root.joinpath(*parts).resolve()
            inside = path.is_relative_to(root) and path.is_file()
        except OSError:  # a name longer than the file system allows
            return None
        return path if inside else None  # a link that leads out of the folder is not followed

    def _read(self, name: str, path: Path) -> Asset:
        body = path.read_bytes()
        suffix = posixpath.splitext(name)[1].lower()
        if suffix == ".css":
            body = _CSS_URL.sub(lambda found: self._repoint(name, found), body.decode()).encode()
        return Asset(name, MEDIA_TYPES[suffix], body)

    def _repoint(self, sheet: str, found: re.Match[str]) -> str:
        """Point a relative ``url(…)`` of a style sheet to the fingerprinted file, so that it too is immutable."""
        target, mark, fragment = found["target"].partition("#")
        if not target or target.startswith(("/", "data:", "http:", "https:")) or target.endswith(".css"):
            return found[0]
        name = posixpath.normpath(posixpath.join(posixpath.dirname(sheet), target))
        asset = self.demand(name)
        repointed = posixpath.join(posixpath.dirname(target), posixpath.basename(asset.fingerprinted))
        return f'url("{repointed}{mark}{fragment}")'

    def _suggestion(self, name: str) -> str:
        close = difflib.get_close_matches(name, self.names(), 1)
        return f"; did you mean {close[0]!r}?" if close else ""
