"""The export: a signed ZIP that a machine and a person can read."""

from __future__ import annotations

import base64
import json
import uuid
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from dihya_hookspecs import Incomplete
from dihya_hookspecs.data import Personal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Disclosure, Subject
from sqlalchemy import Column, Table

from . import wording
from .annotations import Annotations, Group
from .archive import CHUNK, Archive, Spool
from .naming import part
from .planning import Fate
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


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the export as a person reads it; its rows wait on the disk."""

    name: str
    plugin: str
    title: Text
    purposes: tuple[Text, ...]
    bases: tuple[Text, ...]
    retentions: tuple[Text, ...]
    columns: tuple[Text, ...]
    spool: Spool
    cells: Callable[[Mapping[str, Any]], tuple[str, ...]]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The rows, cell by cell."""
        return map(self.cells, self.spool.rows())


@dataclass(slots=True)
class Export:
    """What goes into the ZIP.

    Attributes:
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
    counts: dict[str, int] = field(default_factory=dict)

    def write(self, target: BinaryIO, seal: Seal) -> None:
        """Write the signed ZIP, row by row; the manifest comes last, since it has the digest of every file."""
        with ExitStack() as stack, Archive(target) as archive:
            sections = [*self._tables(archive, stack), *self._disclosures(archive, stack)]
            attached = sorted(name for name in archive.digests if name.startswith("files/"))
            size = 4 * sum(section.spool.size for section in sections)
            archive.add("index.html", self._page(sections, attached), size)
            archive.add("LISEZMOI.txt", [f"{_READ_ME}{seal.verifier}\n".encode()])
            manifest = json.dumps(self._manifest(archive.digests), ensure_ascii=False, indent=1).encode()
            archive.add("manifest.json", [manifest])
            archive.add("manifest.sig", [seal.sign(f"{FORMAT}\n{sha256(manifest).hexdigest()}\n").encode()])

    def _manifest(self, digests: Mapping[str, str]) -> dict[str, Any]:
        places = list(self.annotations.places())
        return {
            "format": FORMAT,
            "demand": self.demand,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "subjects": [{"plugin": s.plugin, "table": s.table, "key": s.key} for s in self.subjects],
            "plugins": dict(self.versions),
            "complete": not self.failed and not self.residual,
            "coverage": {
                "tables": sorted(self.annotations.groups),
                "columns": sorted(f"{t.name}.{c.name}" for t, c, declared in places if not declared.secret),
                "withheld": sorted(f"{t.name}.{c.name}" for t, c, declared in places if declared.secret),
                "sources": [{"plugin": plugin, "source": d.source} for plugin, d in self.disclosures],
                "failed": [{"plugin": part.plugin, "reason": part.reason} for part in self.failed],
                "residual": list(self.residual),
            },
            "files": dict(sorted(digests.items())),
        }

    def _tables(self, archive: Archive, stack: ExitStack) -> Iterator[Section]:
        for name in sorted(self.annotations.groups):
            table, spool, groups = self.annotations.table(name), Spool(self.work), dict[Group, None]()
            stack.callback(spool.close)
            show = shower(table)
            for fate in self.about(table):
                spool.add(show(fate))
                groups |= dict.fromkeys(fate.groups)
            if spool.count:
                self.counts[name] = spool.count
                plugin = self.annotations.owners[name]
                archive.add(f"data/{part(plugin)}/{part(f'{name}.jsonl')}", spool.chunks(), spool.size)
                yield _section(table, plugin, groups, spool)

    def _disclosures(self, archive: Archive, stack: ExitStack) -> Iterator[Section]:
        for plugin, found in self.disclosures:
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
                yield _told(found.source, plugin, tuple(columns), spool)

    def _page(self, sections: Sequence[Section], attached: Sequence[str]) -> Iterator[bytes]:
        from jinja2 import Environment, FileSystemLoader

        folder = Path(__file__).parent / "templates"
        template = Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("export.html")
        made = datetime.now(UTC).strftime("%Y-%m-%d")
        page = template.stream(
            sections=sections, made=made, failed=self.failed, residual=self.residual, attached=attached
        )
        page.enable_buffering(200)
        return (piece.encode() for piece in page)


def _section(table: Table, plugin: str, groups: Iterable[Group], spool: Spool) -> Section:
    said = [column.info["rgpd"] for group in groups for column in group.columns]
    theirs = {column.key for group in groups for column in group.columns}
    columns = tuple(column.name for column in table.columns if _visible(column, theirs))
    speakers = {column: wording.speaker(table, column) for column in columns}
    return Section(
        table.name, plugin, wording.title(table),
        tuple(dict.fromkeys(wording.both(declared.purpose) for declared in said)),
        tuple(wording.basis(one) for one in dict.fromkeys(declared.basis for declared in said)),
        tuple(wording.kept(one, table) for one in dict.fromkeys(declared.retention for declared in said)),
        tuple(wording.label(table, column) for column in columns),
        spool, lambda row: tuple(_text(spoken(row.get(column))) for column, spoken in speakers.items()),
    )  # fmt: skip


def _told(source: str, plugin: str, columns: tuple[str, ...], spool: Spool) -> Section:
    heads = tuple(wording.both(column) for column in columns)
    return Section(
        source, plugin, wording.both(source), (), (), (), heads, spool,
        lambda row: tuple(_text(row.get(column)) for column in columns),
    )  # fmt: skip


def shower(table: Table) -> Callable[[Fate], dict[str, Any]]:
    """Return what gives of a row what is about the person, or about nobody: never a secret, never what is about others."""
    known: dict[tuple[Group, ...], list[tuple[str, str]]] = {}

    def shown(fate: Fate) -> dict[str, Any]:
        groups = tuple(fate.groups)
        if groups not in known:
            theirs = {column.key for group in groups for column in group.columns}
            known[groups] = [(column.name, column.key) for column in table.columns if _visible(column, theirs)]
        return {name: _plain(fate.row[key]) for name, key in known[groups]}

    return shown


def _visible(column: Column[Any], theirs: Collection[str]) -> bool:
    declared = column.info.get("rgpd")
    return not isinstance(declared, Personal) or (column.key in theirs and not declared.secret)


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


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
