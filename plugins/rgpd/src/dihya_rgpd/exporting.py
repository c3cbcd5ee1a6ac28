"""The export: a signed ZIP that a machine and a person can read."""

from __future__ import annotations

import base64
import io
import json
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

from dihya_hookspecs import Incomplete
from dihya_hookspecs.data import Personal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Disclosure, Subject
from dihya_hookspecs.storage import zipped
from sqlalchemy import Table

from . import wording
from .annotations import Annotations
from .naming import free, part
from .planning import Fate, Key
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
    """A table of the export as a person reads it."""

    name: str
    plugin: str
    title: Text
    purposes: tuple[Text, ...]
    bases: tuple[Text, ...]
    retentions: tuple[Text, ...]
    columns: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Export:
    """What goes into the ZIP.

    Attributes:
        failed: parts that are missing, and why.
        residual: tables in the database that no active plugin describes.
    """

    demand: str
    subjects: Sequence[Subject]
    annotations: Annotations
    fates: Mapping[str, Mapping[Key, Fate]]
    disclosures: Sequence[tuple[str, Disclosure]] = ()
    failed: Sequence[Incomplete] = ()
    residual: Sequence[str] = ()
    versions: Mapping[str, str] = field(default_factory=dict)

    def pack(self, seal: Seal) -> bytes:
        """Return the signed ZIP."""
        files: dict[str, bytes] = {}
        sections = [self._table(name, files) for name in sorted(self.fates)]
        sections += [self._disclosure(plugin, disclosure, files) for plugin, disclosure in self.disclosures]
        files["index.html"] = self._page([section for section in sections if section.rows], sorted(files)).encode()
        files["LISEZMOI.txt"] = f"{_READ_ME}{seal.verifier}\n".encode()
        manifest = json.dumps(self._manifest(files), ensure_ascii=False, indent=1).encode()
        note = seal.sign(f"{FORMAT}\n{sha256(manifest).hexdigest()}\n").encode()
        return zipped({"manifest.json": manifest, "manifest.sig": note, **files})

    def _manifest(self, files: Mapping[str, bytes]) -> dict[str, Any]:
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
            "files": {name: sha256(content).hexdigest() for name, content in sorted(files.items())},
        }

    def _table(self, name: str, files: dict[str, bytes]) -> Section:
        table, plugin = self.annotations.table(name), self.annotations.owners[name]
        rows = [shown(table, fate) for fate in self.fates[name].values()]
        _put(files, f"data/{part(plugin)}/{part(f'{name}.jsonl')}", _lines(rows))
        said = [column.info["rgpd"] for fate in self.fates[name].values() for g in fate.groups for column in g.columns]
        columns = tuple(dict.fromkeys(key for row in rows for key in row))
        return Section(
            name, plugin, wording.title(table),
            tuple(dict.fromkeys(wording.both(declared.purpose) for declared in said)),
            tuple(wording.basis(one) for one in dict.fromkeys(declared.basis for declared in said)),
            tuple(wording.kept(one, table) for one in dict.fromkeys(declared.retention for declared in said)),
            tuple(wording.label(table, column) for column in columns),
            tuple(tuple(_text(wording.value(table, column, row.get(column))) for column in columns) for row in rows),
        )  # fmt: skip

    def _disclosure(self, plugin: str, found: Disclosure, files: dict[str, bytes]) -> Section:
        if found.rows:
            _put(files, f"data/{part(plugin)}/{part(f'{found.source}.jsonl')}", _lines(found.rows))
        for name, content in found.files.items():
            _put(files, f"files/{part(plugin)}/{part(name)}", content)
        columns = tuple(dict.fromkeys(key for row in found.rows for key in row))
        rows = tuple(tuple(_text(_plain(row.get(column))) for column in columns) for row in found.rows)
        title, heads = wording.both(found.source), tuple(wording.both(column) for column in columns)
        return Section(found.source, plugin, title, (), (), (), heads, rows)

    def _page(self, sections: Sequence[Section], files: Sequence[str]) -> str:
        from jinja2 import Environment, FileSystemLoader

        folder = Path(__file__).parent / "templates"
        template = Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("export.html")
        made = datetime.now(UTC).strftime("%Y-%m-%d")
        attached = [name for name in files if name.startswith("files/")]
        return template.render(
            sections=sections, made=made, failed=self.failed, residual=self.residual, attached=attached
        )


def shown(table: Table, fate: Fate) -> dict[str, Any]:
    """Return of a row what is about the person, or about nobody: never a secret, never what is about somebody else."""
    theirs = {column.key for group in fate.groups for column in group.columns}
    return {
        column.name: _plain(fate.row[column.key])
        for column in table.columns
        if not isinstance(declared := column.info.get("rgpd"), Personal)
        or (column.key in theirs and not declared.secret)
    }


def check(data: bytes, verifier: str) -> list[str]:
    """Return what is wrong with an export, as sentences; nothing if it is what was signed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(set(archive.namelist())) != len(archive.namelist()):
                return ["the export holds two files of one name"]
            files = {name: archive.read(name) for name in archive.namelist()}
        text = opened(files["manifest.sig"].decode(), verifier)
        if text != f"{FORMAT}\n{sha256(files['manifest.json']).hexdigest()}\n":
            return ["manifest.json is not the one that was signed"]
        digests = json.loads(files["manifest.json"])["files"]
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        return [f"the export is damaged: {error}"]
    names = set(digests) | set(files) - {"manifest.json", "manifest.sig"}
    return [
        f"{name} is not the file that was signed"
        for name in sorted(names)
        if name not in files or digests.get(name) != sha256(files[name]).hexdigest()
    ]


def _lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(_plain(dict(row)), ensure_ascii=False)}\n" for row in rows).encode()


def _plain(value: Any) -> Any:
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


def _put(files: dict[str, bytes], path: str, content: bytes) -> None:
    """Add a file below a path that no other has, whatever the case."""
    files[free({name.lower() for name in files}, path)] = content
