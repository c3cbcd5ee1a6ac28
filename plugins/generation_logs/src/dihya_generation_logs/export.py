"""Signed exports: a ZIP that anybody can check without this application, given the public key."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from dihya_hookspecs import Invalid
from dihya_hookspecs.keys import Signer
from dihya_hookspecs.storage import zipped

from .models import Generation
from .service import flat

Format = Literal["jsonl", "csv"]


def pack(records: Sequence[Generation], form: Format, signer: Signer, period: tuple[str, str]) -> bytes:
    """Return the ZIP: the records, a manifest with the digest of each file, and an Ed25519 signature of the manifest."""
    rows = [flat(record) for record in records]
    files = {"generations.jsonl": _lines(rows)} if form == "jsonl" else _tables(rows)
    manifest = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "from": period[0],
        "to": period[1],
        "generations": len(rows),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    text = json.dumps(manifest, indent=1).encode()
    public = Ed25519PublicKey.from_public_bytes(signer.public).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    files |= {"manifest.json": text, "manifest.sig": signer.sign(text), "public_key.pem": public}
    return zipped(files)


def check(data: bytes, trusted: bytes | None = None) -> dict[str, Any]:
    """Return the manifest of an export whose files and signature are right. Raises Invalid.

    Args:
        trusted: the public key (PEM) that must have signed; without it the one inside is believed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        text, signature, inside = files.pop("manifest.json"), files.pop("manifest.sig"), files.pop("public_key.pem")
        key = load_pem_public_key(trusted or inside)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 key")
        key.verify(signature, text)
        manifest: dict[str, Any] = json.loads(text)
    except InvalidSignature as error:
        raise Invalid("the signature is not right: the manifest was changed, or another key signed it") from error
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError) as error:
        raise Invalid("this is no export of the generation log") from error
    found = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if found != manifest["files"]:
        wrong = sorted(set(found.items()) ^ set(manifest["files"].items()))
        raise Invalid(f"file {wrong[0][0]!r} is not the one that was signed")
    return manifest


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _tables(rows: list[dict[str, Any]]) -> dict[str, bytes]:
    columns = [column.key for column in Generation.__table__.columns]
    attempts = [{"generation_id": row["id"], **attempt} for row in rows for attempt in row["attempts"]]
    names = ["generation_id", "number", "tier", "provider", "model", "outcome", "milliseconds", "detail"]
    return {
        "generations.csv": _table(columns, rows),
        "attempts.csv": _table([*names, "tokens_in", "tokens_out"], attempts),
    }


def _table(columns: list[str], rows: list[dict[str, Any]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([[_cell(row[column]) for column in columns] for row in rows])
    return target.getvalue().encode()


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def _cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
    return f"'{text}" if isinstance(text, str) and text.lstrip(" ").startswith(_FORMULA) else text
