"""Whatever is done to an exported bundle, the verifier that knows the key finds it; without the key it never says verified."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from hashlib import sha256

import pytest
from dihya_audit import keys
from dihya_audit.anchors import AnchorFile
from dihya_audit.merkle import Growing, leaf_hash
from dihya_audit.models import LogEntry, Node, Outbox, SignedCheckpoint
from dihya_audit.note import Checkpoint, Signer
from dihya_audit.outbox import store
from dihya_audit.sequencer import Sequencer
from dihya_audit.service import Log
from dihya_audit.verify import FORMAT, verify_bundle
from dihya_hookspecs.audit import Anchor, AuditEvent
from dihya_keys.service import FileKeys
from dihya_keys.signing import LocalSigner
from sqlalchemy import create_engine
from sqlalchemy.orm import Session


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    """Two bundles of one log, of all of it and of one act, and the key by which they are to be judged."""
    data = tmp_path_factory.mktemp("bundles")
    engine = create_engine(f"sqlite:///{data / 'dihya.db'}")
    LogEntry.metadata.create_all(engine, tables=[m.__table__ for m in (Outbox, LogEntry, Node, SignedCheckpoint)])
    signer = keys.create(FileKeys(data / "keys"), "test-log")
    file = AnchorFile(data / "anchors" / "checkpoints.txt")
    sequencer = Sequencer(engine, lambda: signer, data, file=file, anchors=[Anchor("file", file.send)])
    log, numbers = Log(engine, sequencer, file), itertools.count()
    for written in (9, 12):
        for number in itertools.islice(numbers, written):
            with Session(engine) as session:
                at, name = "2026-11-23T10:00:00.000000Z", f"toys_things:{number}"
                store(AuditEvent(at, f"act-{number // 3}", "p1", "insert", name, "done", "toys"), session, signer)
                session.commit()
        sequencer.drain()
    yield {"log": log.bundle(), "act": log.bundle("act-2"), "key": str(signer.verifier)}
    engine.dispose()


def without(name):
    return lambda files: {other: files[other] for other in files if other != name}


def emptied(name):
    return lambda files: {**files, name: b""}


def halved(name):
    return lambda files: {**files, name: files[name][: len(files[name]) // 2]}


def flipped(name, where):
    def way(files):
        content = bytearray(files[name])
        content[int(where * (len(content) - 1))] ^= 1
        return {**files, name: bytes(content)}

    return way


def lines(change):
    """Return a way that changes the list of entries."""

    def way(files):
        found = [json.loads(line) for line in files["entries.jsonl"].decode().split("\n")[:-1]]
        change(found)
        return {**files, "entries.jsonl": "".join(f"{json.dumps(line)}\n" for line in found).encode()}

    return way


def relabel(entry, **values):
    entry.update(values)


def rehash(entry, old, new):
    entry["event"] = entry["event"].replace(old, new)
    entry["leaf"] = leaf_hash(entry["event"].encode()).hex()


def swap(found, key, first=0, second=2):
    found[first][key], found[second][key] = found[second][key], found[first][key]


def signed_again(files):
    """Make a whole bundle of the same name, right in itself, signed by a key that somebody has made."""
    stranger = Signer(LocalSigner.create("test-log"))
    entries = [json.loads(line) for line in files["entries.jsonl"].decode().split("\n")[:-1]]
    rehash(entries[0], '"p1"', '"p2"')
    tree = Growing()
    for entry in entries:
        tree.add(bytes.fromhex(entry["leaf"]))
    files = {name: files[name] for name in files if name not in ("previous.note", "consistency.json")}
    files["entries.jsonl"] = "".join(f"{json.dumps(entry)}\n" for entry in entries).encode()
    files["leaves.bin"] = b"".join(bytes.fromhex(entry["leaf"]) for entry in entries)
    files["checkpoint.note"] = stranger.sign(str(Checkpoint("test-log", tree.size, tree.root()))).encode()
    files["verifier-key.txt"] = f"{stranger.verifier}\n".encode()
    return sealed_again(files, stranger)


def sealed_again(files, signer):
    manifest = json.loads(files["manifest.json"])
    named = {name: content for name, content in files.items() if name not in ("manifest.json", "manifest.note")}
    manifest["files"] = {name: sha256(content).hexdigest() for name, content in named.items()}
    text = json.dumps(manifest).encode()
    note = signer.sign(f"{FORMAT}\n{sha256(text).hexdigest()}\n").encode()
    return {**named, "manifest.json": text, "manifest.note": note}


def manifest(**values):
    return lambda files: {
        **files,
        "manifest.json": json.dumps({**json.loads(files["manifest.json"]), **values}).encode(),
    }


BOTH = [
    "README.txt", "checkpoint.note", "verifier-key.txt", "entries.jsonl", "previous.note", "consistency.json",
    "manifest.json", "manifest.note",
]  # fmt: skip
ENTRIES = {
    "an event edited": lambda found: relabel(found[1], event=found[1]["event"].replace("toys", "boys")),
    "an event edited, hashed again": lambda found: rehash(found[1], '"p1"', '"p2"'),
    "a leaf edited": lambda found: relabel(found[1], leaf="00" * 32),
    "the first removed": lambda found: found.pop(0),
    "a middle one removed": lambda found: found.pop(1),
    "the last removed": lambda found: found.pop(),
    "all removed": lambda found: found.clear(),
    "one twice": lambda found: found.append(found[0]),
    "one twice under another number": lambda found: found.append({**found[0], "index": 21}),
    "reversed and renumbered": lambda found: [
        relabel(e, index=i) for e, i in zip(found, [e["index"] for e in found][::-1], strict=True)
    ],
    "two events swapped": lambda found: swap(found, "event"),
    "two events swapped with their hashes": lambda found: [swap(found, key) for key in ("event", "leaf")],
    "numbers swapped": lambda found: swap(found, "index"),
    "a number that is none": lambda found: relabel(found[1], index="1"),
    "a negative number": lambda found: relabel(found[1], index=-1),
    "an event that is none": lambda found: relabel(found[1], event=None),
}
WAYS = {
    **{("log", f"{name} removed"): without(name) for name in [*BOTH, "leaves.bin"]},
    **{("act", f"{name} removed"): without(name) for name in [*BOTH, "proofs.jsonl"]},
    **{("log", f"{name} emptied"): emptied(name) for name in [*BOTH, "leaves.bin"]},
    **{("log", f"{name} halved"): halved(name) for name in [*BOTH, "leaves.bin"]},
    **{("act", f"{name} halved"): halved(name) for name in ("proofs.jsonl", "entries.jsonl", "checkpoint.note")},
    **{("log", f"{name} flipped at {at}"): flipped(name, at) for name in [*BOTH, "leaves.bin"] for at in (0.1, 0.5, 0.9)},
    **{(scope, f"entries: {what}"): lines(change) for scope in ("log", "act") for what, change in ENTRIES.items()},
    ("log", "called an act"): manifest(scope="act"),
    ("act", "called the log"): manifest(scope="log"),
    ("act", "said to hold fewer"): manifest(entries=[6, 7]),
    ("log", "of another format"): manifest(format="dihya-audit-bundle/9"),
    ("log", "a file put in"): lambda files: {**files, "more.txt": b"and this"},
    ("log", "an older checkpoint"): lambda files: {**files, "checkpoint.note": files["previous.note"]},
    ("log", "checkpoints exchanged"): lambda files: {
        **files, "checkpoint.note": files["previous.note"], "previous.note": files["checkpoint.note"],
    },
    ("log", "signed by a stranger"): signed_again,
    ("log", "sealed by a stranger"): lambda files: sealed_again(files, Signer(LocalSigner.create("test-log"))),
}  # fmt: skip


def test_there_are_many_ways():
    """More are tried than anybody has tried by hand."""
    assert len(WAYS) > 100


@pytest.mark.parametrize(("scope", "way"), WAYS, ids=[f"{scope}: {way}" for scope, way in WAYS])
def test_every_change_of_a_bundle_is_found(bundles, scope, way):
    """With the key that one knows, a bundle that was touched does not verify; without it, nothing is ever verified."""
    touched = repack(WAYS[scope, way](unpack(bundles[scope])))
    report = verify_bundle(touched, bundles["key"])
    assert not report.ok and "NOT VERIFIED" in "\n".join(report.lines())
    assert len(list(report.lines())) < 25, "one cause is not a page"
    blind = verify_bundle(touched)
    assert not blind.trusted and not any(line.startswith("verified") for line in blind.lines())


@pytest.mark.parametrize("scope", ["log", "act"])
def test_untouched_bundles_verify(bundles, scope):
    """What is tried above is tried on bundles that verify."""
    report = verify_bundle(bundles[scope], bundles["key"])
    assert report.ok and report.trusted and "\n".join(report.lines()).startswith("verified: ")
