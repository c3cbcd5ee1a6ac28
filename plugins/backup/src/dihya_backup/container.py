"""What stands in the sealed file: an archive, and last a manifest with the digest of everything before it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from dihya_hookspecs import DihyaError, Invalid

from .seal import Key, Opening, Sealing, damaged

FORMAT = 1
HEAD, MANIFEST, MARK = "dihya-backup.json", "manifest.json", "manifest.mac"
_SAFE = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[^/\0]+(?:/[^/\0]+)*\Z")


@dataclass(slots=True)
class Manifest:
    """What a backup is and holds; ``files`` is path → [size, SHA-256]."""

    taken_at: str
    made_on: str
    plugins: dict[str, str]
    parts: list[str] = field(default_factory=list)
    files: dict[str, list[Any]] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Return its bytes; the same content gives the same bytes."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hex: the name of this backup."""
        return hashlib.sha256(self.encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(size for size, _ in self.files.values())


class Writer:
    """Writes a backup, file by file."""

    def __init__(self, sealing: Sealing, manifest: Manifest, key: Key | None) -> None:
        self._manifest, self._key = manifest, key
        self._zip = gzip.GzipFile(fileobj=sealing.stream, mode="wb", compresslevel=1, mtime=0)
        self._tar = tarfile.TarFile(mode="w", fileobj=self._zip, format=tarfile.PAX_FORMAT)
        self._put(HEAD, json.dumps({"product": "dihya", "format": FORMAT}).encode())

    def add(self, name: str, path: Path) -> None:
        """Add a file as long as it is now; what is appended meanwhile is left out."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            digesting = _Digesting(file)
            self._tar.addfile(_info(name, size), digesting)  # type: ignore[arg-type]
        self._manifest.files[name] = [size, digesting.digest.hexdigest()]

    def close(self) -> None:
        """Write the manifest and end the archive."""
        encoded = self._manifest.encode()
        self._put(MANIFEST, encoded)
        if self._key:
            self._put(MARK, self._key.sign(encoded).encode())
        self._tar.close()
        self._zip.close()

    def abandon(self) -> None:
        """Write nothing more; the stream is closed by whoever opened it."""
        self._zip.fileobj = None

    def _put(self, name: str, data: bytes) -> None:
        self._tar.addfile(_info(name, len(data)), io.BytesIO(data))


def unpack(path: Path, key: Key, folder: Path, *, unsigned: bool = False) -> Manifest:
    """Write the content of a backup below *folder*, every byte checked, and return its manifest.

    Args:
        unsigned: accept a backup that was made with public keys only: nobody knows by whom.

    Raises:
        Invalid: it is no backup, or not for this key.
        DihyaError: it is damaged.
    """
    opening = Opening(path, key)
    found: dict[str, list[Any]] = {}
    said: dict[str, bytes] = {}
    try:
        with tarfile.open(mode="r|gz", fileobj=opening.stream) as archive:
            for member in archive:
                _take(archive, member, folder, found, said, path)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        opening.end()  # a wrong key or a changed byte is the better reason
        if isinstance(error, OSError) and error.errno is not None:
            raise DihyaError(f"{str(folder)!r} cannot be written: {error.strerror}", code="backup") from error
        raise damaged(path) from error
    except BaseException:
        opening.abandon()
        raise
    opening.end()
    return _checked(path, key, found, said, unsigned)


def _take(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    folder: Path,
    found: dict[str, list[Any]],
    said: dict[str, bytes],
    path: Path,
) -> None:
    source = archive.extractfile(member) if member.isreg() and _SAFE.match(member.name) else None
    if source is None or member.name in found or MANIFEST in said and member.name != MARK:
        raise damaged(path)
    if member.name in (HEAD, MANIFEST, MARK):
        said[member.name] = source.read()
        if member.name == HEAD:
            _known(said[HEAD], path)
        return
    if HEAD not in said:
        raise Invalid(f"{str(path)!r} is sealed, but no backup of Dihya", code="not-a-backup")
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digesting = _Digesting(source)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := digesting.read(1 << 20):
            file.write(block)
    found[member.name] = [member.size, digesting.digest.hexdigest()]


def _known(head: bytes, path: Path) -> None:
    try:
        said = json.loads(head)
        product, number = said.get("product"), said.get("format")
    except (ValueError, AttributeError):
        product, number = None, None
    if product != "dihya":
        raise Invalid(f"{str(path)!r} is sealed, but no backup of Dihya", code="not-a-backup")
    if number != FORMAT:
        raise Invalid(
            f"{str(path)!r} has format {number!r}, this version reads {FORMAT}; use the version that made it",
            code="not-a-backup",
        )


def _checked(path: Path, key: Key, found: dict[str, list[Any]], said: dict[str, bytes], unsigned: bool) -> Manifest:
    if HEAD not in said:
        raise Invalid(f"{str(path)!r} is sealed, but no backup of Dihya", code="not-a-backup")
    if MANIFEST not in said:
        raise damaged(path)
    mark = said.get(MARK)
    if mark is None and not unsigned:
        raise Invalid(
            f"{str(path)!r} was made with public keys only, so nobody can tell by whom; if you know, say --unsigned",
            code="unsigned",
        )
    if mark is not None and not key.signed(said[MANIFEST], mark.decode("ascii", "replace")) and not unsigned:
        raise Invalid(
            f"{str(path)!r} was made with another key than the one that opens it; if you know by whom, say --unsigned",
            code="unsigned",
        )
    manifest = Manifest(**json.loads(said[MANIFEST]))
    for name in sorted(manifest.files.keys() | found.keys()):
        if manifest.files.get(name) != found.get(name):
            what = "is missing" if name not in found else "is not what the manifest says"
            raise DihyaError(f"{str(path)!r} is not whole: {name!r} {what}; use another backup", code="damaged")
    return manifest


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


class _Digesting:
    """A file whose digest is known once it was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data
