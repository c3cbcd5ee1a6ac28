"""The export: a signed ZIP that a machine and a person can read."""

from __future__ import annotations

import base64
import json
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from dihya_hookspecs import Incomplete
from dihya_hookspecs.rgpd import Disclosure, Subject
from sqlalchemy import Table

from . import rights
from .annotations import Annotations, Group
from .archive import CHUNK, Archive, Spool
from .choosing import LeftOut, shower
from .informing import Facts
from .naming import part
from .planning import Fate
from .rights import PORTABLE
from .sections import UNDECLARED, Section, not_here, section_of, section_told
from .signing import Seal, opened

FORMAT = "dihya-rgpd-export/1"

_READ_ME = """FR
Ce dossier contient les données que cette installation détient sur vous.
Ouvrez index.html pour les lire. Le dossier data contient les mêmes données pour une machine
(un objet JSON par ligne), le dossier files les fichiers joints. manifest.json dit ce qui a été
cherché, ce qui manque éventuellement et l'empreinte de chaque fichier ; manifest.sig le signe.

EN
This folder holds the data that this installation has about you.
Open index.html to read them. The folder data holds the same data for a machine (one JSON
object a line), the folder files whatever files belong to them. manifest.json says what was
searched, what may be missing, and the digest of each file; manifest.sig signs it.

"""
_PART = """FR : uniquement ce qui repose sur votre consentement ou un contrat (RGPD, article 20) ; manifest.json dit ce qui n’y est pas.
EN: only what rests on your consent or on a contract (RGPD, article 20); manifest.json says what is left out.

"""


@dataclass(slots=True)
class Export:
    """What goes into the ZIP.

    Attributes:
        facts: what its page says beside the data.
        portable: only what rests on consent or contract (article 20).
        left_out: what a portable export does not hold, by legal basis, once it is written; ``undeclared`` is what plugins
            hold outside of annotated columns.
        about: the rows of a table about the subjects, one after the other.
        failed: parts that are missing, and why.
        residual: tables in the database that no active plugin describes.
        work: where rows wait until they stand in the ZIP; None for the system's place.
        counts: how many rows of each table are in it, once it is written.
    """

    demand: str
    subjects: Sequence[Subject]
    annotations: Annotations
    about: Callable[[Table], Iterator[Fate]]
    disclosures: Sequence[tuple[str, Disclosure]] = ()
    failed: Sequence[Incomplete] = ()
    residual: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    work: Path | None = None
    facts: Facts = field(default_factory=Facts)
    portable: bool = False
    left_out: LeftOut = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def write(self, target: BinaryIO, seal: Seal) -> None:
        """Write the signed ZIP, row by row; the manifest comes last, since it has the digest of every file."""
        with ExitStack() as stack, Archive(target) as archive:
            sections = [*self._tables(archive, stack), *self._disclosures(archive, stack)]
            attached = sorted(name for name in archive.digests if name.startswith("files/"))
            size = 4 * sum(section.spool.size for section in sections)
            archive.add("index.html", self._page(sections, attached), size)
            archive.add("LISEZMOI.txt", [f"{_READ_ME}{_PART if self.portable else ''}{seal.verifier}\n".encode()])
            manifest = json.dumps(self._manifest(archive.digests), ensure_ascii=False, indent=1).encode()
            archive.add("manifest.json", [manifest])
            archive.add("manifest.sig", [seal.sign(f"{FORMAT}\n{sha256(manifest).hexdigest()}\n").encode()])

    def _manifest(self, digests: Mapping[str, str]) -> dict[str, Any]:
        places = [place for place in self.annotations.places() if not self.portable or place[2].basis in PORTABLE]
        tables = {table.name for table, _, _ in places}
        return {
            "format": FORMAT,
            "kind": "portable" if self.portable else "access",
            "demand": self.demand,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "subjects": [{"plugin": s.plugin, "table": s.table, "key": s.key} for s in self.subjects],
            "plugins": dict(self.versions),
            "complete": not self.failed and not self.residual,
            "coverage": {
                "tables": sorted(tables & set(self.annotations.groups)),
                "columns": sorted(f"{t.name}.{c.name}" for t, c, declared in places if not declared.secret),
                "withheld": sorted(f"{t.name}.{c.name}" for t, c, declared in places if declared.secret),
                "sources": [{"plugin": plugin, "source": d.source} for plugin, d in self._given()],
                "failed": [{"plugin": part.plugin, "reason": part.reason} for part in self.failed],
                "residual": list(self.residual),
            },
            **({"left_out": {basis: list(names) for basis, names in self.left_out.items()}} if self.portable else {}),
            "files": dict(sorted(digests.items())),
        }

    def _tables(self, archive: Archive, stack: ExitStack) -> Iterator[Section]:
        for name in sorted(self.annotations.groups):
            table, spool, groups = self.annotations.table(name), Spool(self.work), dict[Group, None]()
            stack.callback(spool.close)
            show = shower(table, self.portable, self.left_out)
            for fate in self.about(table):
                if (shown := show(fate)) is not None:
                    spool.add({column.name: _plain(value) for column, value in shown.items()})
                    groups |= dict.fromkeys(fate.groups)
            if spool.count:
                self.counts[name] = spool.count
                plugin = self.annotations.owners[name]
                archive.add(f"data/{part(plugin)}/{part(f'{name}.jsonl')}", spool.chunks(), spool.size)
                yield section_of(table, plugin, groups, spool, self.facts, self.portable)

    def _disclosures(self, archive: Archive, stack: ExitStack) -> Iterator[Section]:
        for plugin, found in self._given():
            spool, columns = Spool(self.work), dict[str, None]()
            stack.callback(spool.close)
            for row in found.rows:
                spool.add(_plain(row))
                columns |= dict.fromkeys(map(str, row))
            if spool.count:
                archive.add(f"data/{part(plugin)}/{part(f'{found.source}.jsonl')}", spool.chunks(), spool.size)
            for name, content in found.files.items():
                archive.add(f"files/{part(plugin)}/{part(name)}", [content], len(content))
            if spool.count:
                yield section_told(found.source, plugin, tuple(columns), spool)

    def _given(self) -> Sequence[tuple[str, Disclosure]]:
        """What plugins disclose: no legal basis is declared for it, so that none of it is portable."""
        if not self.portable:
            return self.disclosures
        for plugin, found in self.disclosures:
            if found.rows or found.files:
                self.left_out.setdefault(UNDECLARED, {})[f"{plugin}: {found.source}"] = None
        return ()

    def _page(self, sections: Sequence[Section], attached: Sequence[str]) -> Iterator[bytes]:
        from jinja2 import Environment, FileSystemLoader

        folder = Path(__file__).parent / "templates"
        template = Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("export.html")
        made = datetime.now(UTC).strftime("%Y-%m-%d")
        page = template.stream(
            sections=sections, made=made, failed=self.failed, residual=self.residual, attached=attached, facts=self.facts,
            portable=self.portable,
            left_out=not_here(self.left_out, {table.name: table for table in self.annotations.tables}),
            rights=rights.of(name for section in sections for name in section.bases), called=rights.called(),
        )  # fmt: skip
        page.enable_buffering(200)
        return (piece.encode() for piece in page)


def check(export: BinaryIO, verifier: str) -> list[str]:
    """Return what is wrong with an export, as sentences; nothing if it is what was signed."""
    try:
        with zipfile.ZipFile(export) as archive:
            if len(set(archive.namelist())) != len(archive.namelist()):
                return ["the export holds two files of one name"]
            found = {name: _digest(archive, name) for name in archive.namelist()}
            text = opened(archive.read("manifest.sig").decode(), verifier)
            if text != f"{FORMAT}\n{found['manifest.json']}\n":
                return ["manifest.json is not the one that was signed"]
            signed = json.loads(archive.read("manifest.json"))["files"]
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        return [f"the export is damaged: {error}"]
    names = set(signed) | set(found) - {"manifest.json", "manifest.sig"}
    return [
        f"{name} is not the file that was signed"
        for name in sorted(names)
        if name not in found or signed.get(name) != found[name]
    ]


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)) and not isinstance(value, Enum):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, (uuid.UUID, Decimal)):
        return str(value)
    return _plain(value.value) if isinstance(value, Enum) else value
