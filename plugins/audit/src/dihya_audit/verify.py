"""Checks a bundle offline: no database, no network, nothing of Dihya but the tree and the note beside this file.

``dihya audit verify FILE`` calls it, and so does ``python -m dihya_audit.verify FILE`` on any other machine.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import click

from .continuation import Continuation
from .merkle import Growing, extends, includes, leaf_hash
from .note import BadNote, Checkpoint, Verifier
from .report import Report

FORMAT = "dihya-audit-bundle/1"
LARGEST = 2 << 30


def verify_bundle(data: bytes, vkey: str | None = None) -> Report:
    """Check a bundle and say which entry was altered, removed, swapped or cut off.

    Args:
        vkey: the verifier key that you trust; without it, the one in the bundle is used, which proves only that the
            bundle is consistent with itself.
    """
    report = Report()
    try:
        _Bundle(data, report, vkey).check()
    except _Unreadable as error:
        report.add("unreadable", str(error))
    return report


class _Unreadable(Exception):
    pass


class _Bundle:
    def __init__(self, data: bytes, report: Report, vkey: str | None) -> None:
        self.report = report
        self.files = _unzip(data)
        if "manifest.json" not in self.files:
            raise _Unreadable("this is no bundle of an audit log: it has no manifest.json")
        self.manifest = self._json("manifest.json")
        try:
            self.verifier = Verifier.read((vkey or self._text("verifier-key.txt")).strip())
        except BadNote as error:
            raise _Unreadable(f"verifier key: {error}") from error
        report.trusted = vkey is not None
        report.key = str(self.verifier)
        report.scope = str(self.manifest.get("scope", ""))

    def check(self) -> None:
        if self.manifest.get("format") != FORMAT:
            raise _Unreadable(f"this is no {FORMAT}")
        checkpoint = self._checkpoint("checkpoint.note")
        if checkpoint is None:
            return
        self.report.origin, self.report.size = checkpoint.origin, checkpoint.size
        self._check_manifest()
        if self.report.scope == "log":
            self._check_log(checkpoint)
        else:
            self._check_act(checkpoint)
        self._check_extension(checkpoint)

    def _check_manifest(self) -> None:
        try:
            text = self.verifier.open(self._text("manifest.note"))
        except BadNote as error:
            self.report.add("unsigned", f"manifest.note: {error}")
            return
        if text != f"{FORMAT}\n{sha256(self.files['manifest.json']).hexdigest()}\n":
            self.report.add("altered", "manifest.json is not the one that was signed")
        digests = self.manifest.get("files")
        digests = digests if isinstance(digests, dict) else {}
        for name in sorted(set(digests) | set(self.files) - {"manifest.json", "manifest.note"}):
            if name not in self.files:
                self.report.add("missing", f"{name} is not in the bundle")
            elif digests.get(name) != sha256(self.files[name]).hexdigest():
                self.report.add("altered", f"{name} is not the file that was signed")

    def _check_log(self, checkpoint: Checkpoint) -> None:
        listed = self.files.get("leaves.bin", b"")
        leaves = [listed[i : i + 32] for i in range(0, len(listed), 32)]
        tree, place = Growing(), 0
        for index, leaf in self._entries():
            if place < (end := min(index, checkpoint.size)):
                self.report.add("missing", "removed", place, end - 1)
            if index < place:
                self.report.add("misplaced", f"stands where entry {place} belongs", index)
            elif index >= checkpoint.size:
                self.report.add("added", "beyond the checkpoint", index)
            elif index < len(leaves) and leaf != leaves[index]:
                self.report.add("altered", "not what was logged there", index)
            place = max(place, index + 1)
            tree.add(leaf)
        if place < checkpoint.size:
            self.report.add("missing", "cut off at the end", place, checkpoint.size - 1)
        if tree.size != checkpoint.size or tree.root() != checkpoint.root:
            self.report.add("altered", "the entries do not give the root that was signed")

    def _check_act(self, checkpoint: Checkpoint) -> None:
        wanted = self.manifest.get("entries")
        wanted = wanted if isinstance(wanted, list) else []
        proofs = {line.get("index"): line.get("path") for line in self._lines("proofs.jsonl")}
        seen = set()
        for index, leaf in self._entries():
            seen.add(index)
            try:
                path = [bytes.fromhex(step) for step in proofs.get(index) or ()]
            except (TypeError, ValueError):
                path = []
            if not includes(leaf, index, checkpoint.size, path, checkpoint.root):
                self.report.add("altered", "not in the log that was signed", index)
        for index in sorted(set(wanted) - seen):
            self.report.add("missing", "removed", index)
        for index in sorted(seen - set(wanted)):
            self.report.add("added", "does not belong to this bundle", index)

    def _check_extension(self, checkpoint: Checkpoint) -> None:
        if "previous.note" not in self.files:
            return
        previous = self._checkpoint("previous.note")
        if previous is None:
            return
        try:
            path = [bytes.fromhex(step) for step in self._json("consistency.json").get("path", ())]
        except (TypeError, ValueError):
            path = []
        if not extends(previous.size, previous.root, checkpoint.size, checkpoint.root, path):
            self.report.add(
                "forked", f"the log of {checkpoint.size} entries does not continue that of {previous.size} entries"
            )

    def _entries(self) -> Iterator[tuple[int, bytes]]:
        """Yield index and leaf hash, computed from the envelope, of each line that is an entry."""
        for number, line in enumerate(self._lines("entries.jsonl"), 1):
            index, event = line.get("index"), line.get("event")
            if not isinstance(index, int) or isinstance(index, bool) or index < 0 or not isinstance(event, str):
                self.report.add("unreadable", f"line {number} of entries.jsonl is not an entry")
                continue
            self.report.checked += 1
            leaf = leaf_hash(event.encode("utf-8", "surrogatepass"))
            if line.get("leaf") != leaf.hex():
                self.report.add("altered", "envelope and hash differ", index)
            elif found := Continuation.read(index, event):
                self.report.continuations.append(found)
            yield index, leaf

    def _checkpoint(self, name: str) -> Checkpoint | None:
        try:
            checkpoint = Checkpoint.read(self.verifier.open(self._text(name)))
        except BadNote as error:
            self.report.add("unsigned", f"{name}: {error}")
            return None
        if checkpoint.origin != self.verifier.name:
            self.report.add("unsigned", f"{name}: the key {self.verifier.name} does not speak for {checkpoint.origin}")
        return checkpoint

    def _text(self, name: str) -> str:
        if name not in self.files:
            raise _Unreadable(f"{name} is not in the bundle")
        return self.files[name].decode("utf-8", "replace")

    def _json(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads(self._text(name))
        except ValueError as error:
            raise _Unreadable(f"{name} is not JSON") from error
        if not isinstance(found, dict):
            raise _Unreadable(f"{name} is not a JSON object")
        return found

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        # Not splitlines(): U+2028 and its like stand unescaped in JSON and begin no line.
        for number, line in enumerate(self._text(name).split("\n"), 1):
            if not line:
                continue
            try:
                found = json.loads(line)
            except ValueError:
                found = None
            if isinstance(found, dict):
                yield found
            else:
                self.report.add("unreadable", f"line {number} of {name} is not JSON")


def _unzip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(set(archive.namelist())) != len(archive.namelist()):
                raise _Unreadable("the bundle holds two files of one name")
            if sum(info.file_size for info in archive.infolist()) > LARGEST:
                raise _Unreadable(f"the bundle unpacks to more than {LARGEST} bytes")
            return {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise _Unreadable(f"this is no bundle of an audit log: {error}") from error
    except Exception as error:  # zlib.error and whatever else a damaged stream provokes
        if isinstance(error, _Unreadable):
            raise
        raise _Unreadable(f"the bundle is damaged: {error}") from error


def show(report: Report, as_json: bool) -> int:
    """Print the report on standard output.

    Returns:
        The exit code: 0 when everything holds, 1 when not, 2 when it does but nobody knows who signed it.
    """
    if as_json:
        click.echo(json.dumps(report.data()))
    else:
        for line in report.lines():
            click.echo(line)
    return 1 if not report.ok else 0 if report.trusted else 2


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False))
@click.option("--vkey", help="The verifier key that you trust.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(bundle: str, vkey: str | None, as_json: bool) -> None:
    """Check a bundle of the audit log without Dihya's database.

    The exit code is 0 when everything holds, 1 when not, and 2 when it does, but no key was given that says who signed.
    """
    with open(bundle, "rb") as file:
        sys.exit(show(verify_bundle(file.read(), vkey), as_json))


if __name__ == "__main__":
    main()
