"""Whatever somebody does to the log in the database and to what lies beside it, it is found, and nothing is signed over it.

One good log is prepared for all cases and copied for each. Every case is tried with the anchor file in its place, and with
the anchor file removed and the database told that it never was.
"""

from __future__ import annotations

import itertools
import json
import shutil
from types import SimpleNamespace

import pytest
from dihya_audit import keys
from dihya_audit.anchors import AnchorFile
from dihya_audit.envelope import seal
from dihya_audit.merkle import Growing, leaf_hash
from dihya_audit.models import LogEntry, Node, Outbox, SignedCheckpoint
from dihya_audit.note import Checkpoint, Signer
from dihya_audit.outbox import store
from dihya_audit.sequencer import Sequencer
from dihya_audit.service import Log
from dihya_hookspecs import DihyaError
from dihya_hookspecs.audit import Anchor, AuditEvent
from dihya_keys.service import FileKeys
from dihya_keys.signing import LocalSigner
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

TABLES = [model.__table__ for model in (Outbox, LogEntry, Node, SignedCheckpoint)]
NUMBERS = itertools.count()


def an_event(**values):
    number = next(NUMBERS)
    usual = {
        "at": "2026-11-23T10:00:00.000000Z", "act": f"act-{number // 3}", "actor": "p1", "action": "insert",
        "object": f"toys_things:{number}", "outcome": "done", "plugin": "toys", "facts": {},
    }  # fmt: skip
    return AuditEvent(**{**usual, **values})


class Case:
    """A log in a folder, and the hands of somebody who owns the folder but does not know the key."""

    def __init__(self, data):
        self.data = data
        self.anchors = data / "anchors" / "checkpoints.txt"
        self.engine = create_engine(f"sqlite:///{data / 'dihya.db'}")

    @property
    def log(self):
        """The log as a process sees it that starts now."""
        file = AnchorFile(self.anchors)
        sequencer = Sequencer(
            self.engine, lambda: keys.signer(FileKeys(self.data / "keys"), ""), self.data,
            file=file, anchors=[Anchor("file", file.send)], batch=7,
        )  # fmt: skip
        return Log(self.engine, sequencer, file)

    def act(self, number=1, **values):
        """Commit events as acts do; return whether they were sequenced."""
        log = self.log
        for _ in range(number):
            with Session(self.engine) as session:
                store(an_event(**values), session, log.signer)
                session.commit()
        try:
            log.sequencer.drain()
        except DihyaError:
            return False
        return True

    def sql(self, *statements, **values):
        """Change the database behind the log's back."""
        with self.engine.begin() as connection:
            for table in ("audit_entries", "audit_nodes"):
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
            for statement in statements:
                connection.execute(text(statement), values)

    def rows(self, query):
        """Read from the database."""
        with self.engine.connect() as connection:
            return connection.execute(text(query)).all()

    def signed(self):
        """Return every note that is in the database, the anchor file or beside the key."""
        found = {note for (note,) in self.rows("SELECT note FROM audit_checkpoints")} | set(
            AnchorFile(self.anchors).notes()
        )
        for name in ("audit.signed", "audit.signing"):
            path = self.data / "keys" / name
            found |= {note} if (note := note_in(path)) else set()
        return found

    def swap_database(self, other):
        """Put another database in the place of this one."""
        self.engine.dispose()
        shutil.copy(other, self.data / "dihya.db")

    def hash_again(self, envelopes, *, checkpoints="keep"):
        """Write *envelopes* as the log, with leaves and nodes that fit, as somebody does who knows the tree but no key."""
        tree = Growing()
        made = []
        self.sql("DELETE FROM audit_entries", "DELETE FROM audit_nodes")
        with self.engine.begin() as connection:
            for position, envelope in enumerate(envelopes):
                leaf = leaf_hash(envelope.encode())
                made += tree.add(leaf)
                event = json.loads(envelope)
                values = {name: event[name] for name in ("at", "act", "actor", "action", "object", "outcome", "plugin")}
                connection.execute(
                    LogEntry.__table__.insert().values(position=position, leaf=leaf, envelope=envelope, **values)
                )
            for level, position, digest in made:
                connection.execute(Node.__table__.insert().values(level=level, position=position, hash=digest))
        if checkpoints == "none":
            self.sql("DELETE FROM audit_checkpoints")

    def envelopes(self):
        return [envelope for (envelope,) in self.rows("SELECT envelope FROM audit_entries ORDER BY position")]


def note_in(path):
    """Return the note that a file beside the key remembers; empty when it is gone or damaged."""
    try:
        return json.loads(path.read_text())["note"]
    except (OSError, ValueError):
        return ""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A good log of 24 entries in folder ``good``, as it was at 14 in ``older``, and another application's in ``other``."""
    top = tmp_path_factory.mktemp("prepared")
    for name in ("good", "other"):
        (top / name).mkdir()
        case = Case(top / name)
        LogEntry.metadata.create_all(case.engine, tables=TABLES)
        keys.create(FileKeys(top / name / "keys"), "test-log")
        case.act(9)
        case.act(5)
        if name == "good":
            case.engine.dispose()
            shutil.copytree(top / "good", top / "older")
        case.act(7)
        case.act(2)
        case.act(1)
        case.engine.dispose()
    return SimpleNamespace(good=top / "good", older=top / "older", other=top / "other")


@pytest.fixture
def case(prepared, tmp_path):
    shutil.copytree(prepared.good, tmp_path / "system")
    case = Case(tmp_path / "system")
    case.prepared = prepared
    yield case
    case.engine.dispose()


def hashed_again(change, checkpoints="keep", keep_below=None):
    """Return a way that rewrites history: *change* gets the list of envelopes."""

    def way(case):
        envelopes = case.envelopes()
        change(envelopes)
        case.hash_again(envelopes, checkpoints=checkpoints)
        if keep_below is not None:
            case.sql(f"DELETE FROM audit_checkpoints WHERE size > {keep_below}")

    return way


def forge(envelopes):
    envelopes[10] = envelopes[10].replace('"outcome":"done"', '"outcome":"refused"')


def rewritten(path, change):
    """Return a way that changes a text file."""

    def way(case):
        file = case.data / path
        file.write_text(change(file.read_text()))

    return way


def notes_changed(change):
    """Return a way that changes the list of notes in the anchor file."""

    def way(case):
        notes = AnchorFile(case.anchors).notes()
        case.anchors.write_text("".join(f"{note}\n" for note in change(notes)))

    return way


def sql(*statements):
    return lambda case: case.sql(*statements)


def removed(path):
    return lambda case: (case.data / path).unlink()


def copied(path, whence="other"):
    return lambda case: shutil.copy(getattr(case.prepared, whence) / path, case.data / path)


def together(*ways):
    return lambda case: [way(case) for way in ways]


def put_back(*paths, whence="older"):
    """Return a way that puts an older copy, or another application's, of the database and of *paths* in their place."""

    def way(case):
        case.swap_database(getattr(case.prepared, whence) / "dihya.db")
        for path in paths:
            shutil.copy(getattr(case.prepared, whence) / path, case.data / path)

    return way


def strange_note(case):
    stranger = Signer(LocalSigner.create("test-log"))
    return stranger.sign(str(Checkpoint("test-log", 24, bytes(32))))


CUT = (
    "DELETE FROM audit_entries WHERE position >= 21",
    "DELETE FROM audit_nodes WHERE (position + 1) * (1 << level) > 21",
)
COPY = (
    "SELECT 24, leaf, envelope, at, act, actor, action, object, outcome, plugin FROM audit_entries WHERE position = 3"
)
SIGNED, KEY, ANCHORS = "audit/audit.signed", "keys/audit.key", "anchors/checkpoints.txt"

WAYS = {
    "entry: envelope edited": sql("UPDATE audit_entries SET envelope = replace(envelope, 'done', 'gone') WHERE position = 10"),
    "entry: actor column edited": sql("UPDATE audit_entries SET actor = 'p2' WHERE position = 3"),
    "entry: time column edited": sql("UPDATE audit_entries SET at = '2026-11-22T10:00:00.000000Z' WHERE position = 23"),
    "entry: leaf edited": sql("UPDATE audit_entries SET leaf = zeroblob(32) WHERE position = 5"),
    "entry: envelope of another type": sql("UPDATE audit_entries SET envelope = x'00ff' WHERE position = 5"),
    "entry: first deleted": sql("DELETE FROM audit_entries WHERE position = 0"),
    "entry: middle deleted": sql("DELETE FROM audit_entries WHERE position = 12"),
    "entry: last deleted": sql("DELETE FROM audit_entries WHERE position = 23"),
    "entries: all deleted": sql("DELETE FROM audit_entries"),
    "entries: all of the log deleted": sql(*(f"DELETE FROM {table.name}" for table in TABLES)),
    "entries: cut": sql("DELETE FROM audit_entries WHERE position >= 21"),
    "entries: cut with their nodes": sql(*CUT),
    "entries: cut with nodes and checkpoints": sql(*CUT, "DELETE FROM audit_checkpoints WHERE size > 21"),
    "entries: swapped": sql(
        "UPDATE audit_entries SET position = 999 WHERE position = 4",
        "UPDATE audit_entries SET position = 4 WHERE position = 11",
        "UPDATE audit_entries SET position = 11 WHERE position = 999",
    ),
    "entries: one duplicated at the end": sql(f"INSERT INTO audit_entries {COPY}"),
    "entries: one renumbered far beyond": sql("UPDATE audit_entries SET position = 999 WHERE position = 4"),
    "entries: one before the beginning": sql(f"INSERT INTO audit_entries {COPY.replace('24', '-1')}"),
    "entries: reversed": hashed_again(lambda found: found.reverse()),
    "forged: one outcome, hashed again": hashed_again(forge),
    "forged: one outcome, hashed again, later checkpoints deleted": hashed_again(forge, keep_below=9),
    "forged: one outcome, hashed again, all checkpoints deleted": hashed_again(forge, "none"),
    "forged: one entry left out, hashed again": hashed_again(lambda found: found.pop(10), "none"),
    "forged: one entry put in, hashed again": hashed_again(lambda found: found.insert(10, seal(an_event()))),
    "forged: one entry added at the end, hashed again": hashed_again(lambda found: found.append(seal(an_event()))),
    "forged: the newest entry, hashed again": hashed_again(lambda found: found.__setitem__(23, seal(an_event()))),
    "forged: two entries swapped, hashed again": hashed_again(lambda found: found.insert(3, found.pop(4)), "none"),
    "nodes: one edited": sql("UPDATE audit_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 1"),
    "nodes: one on the edge edited": sql("UPDATE audit_nodes SET hash = zeroblob(32) WHERE level = 4 AND position = 0"),
    "nodes: one on the edge deleted": sql("DELETE FROM audit_nodes WHERE level = 3 AND position = 2"),
    "nodes: all deleted": sql("DELETE FROM audit_nodes"),
    "nodes: one added": sql("INSERT INTO audit_nodes VALUES (1, 500, zeroblob(32))"),
    "nodes: table dropped": sql("DROP TABLE audit_nodes"),
    "checkpoints: newest deleted": sql("DELETE FROM audit_checkpoints WHERE size = 24"),
    "checkpoints: middle deleted": sql("DELETE FROM audit_checkpoints WHERE size = 14"),
    "checkpoints: first deleted": sql("DELETE FROM audit_checkpoints WHERE size = (SELECT min(size) FROM audit_checkpoints)"),
    "checkpoints: all deleted": sql("DELETE FROM audit_checkpoints"),
    "checkpoints: newest edited": sql("UPDATE audit_checkpoints SET note = replace(note, '24', '25') WHERE size = 24"),
    "checkpoints: an old one edited": sql("UPDATE audit_checkpoints SET note = replace(note, '14', '13') WHERE size = 14"),
    "checkpoints: renumbered": sql("UPDATE audit_checkpoints SET size = 22 WHERE size = 21"),
    "checkpoints: newest replaced by an older note": sql(
        "UPDATE audit_checkpoints SET note = (SELECT note FROM audit_checkpoints WHERE size = 21) WHERE size = 24"
    ),
    "checkpoints: one added": sql(
        "INSERT INTO audit_checkpoints SELECT 20, note, made_at, previous, signed_in, anchored_at, anchored_in "
        "FROM audit_checkpoints WHERE size = 21"
    ),
    "checkpoints: newest of a stranger": lambda case: case.sql(
        "UPDATE audit_checkpoints SET note = :note WHERE size = 24", note=strange_note(case)
    ),
    "anchors: file removed": removed(ANCHORS),
    "anchors: newest note removed": notes_changed(lambda notes: notes[:-1]),
    "anchors: oldest note removed": notes_changed(lambda notes: notes[1:]),
    "anchors: notes reversed": notes_changed(lambda notes: notes[::-1]),
    "anchors: a note twice": notes_changed(lambda notes: [*notes, notes[0]]),
    "anchors: a root edited": rewritten(ANCHORS, lambda found: found.replace("\n14\n", "\n15\n")),
    "anchors: words written into it": rewritten(ANCHORS, lambda found: f"nothing to see here\n\n{found}"),
    "anchors: emptied": rewritten(ANCHORS, lambda found: ""),
    "anchors: cut": rewritten(ANCHORS, lambda found: found[: len(found) // 2]),
    "anchors: another application's": copied(ANCHORS),
    "signed: removed": removed(SIGNED),
    "signed: older one put back": copied(SIGNED, "older"),
    "signed: damaged": rewritten(SIGNED, lambda found: found[:40]),
    "signed: another application's": copied(SIGNED),
    "signed: edited": rewritten(SIGNED, lambda found: found.replace("\\n24\\n", "\\n23\\n")),
    "key: replaced": copied(KEY),
    "key: replaced, with what was signed": together(copied(KEY), copied(SIGNED)),
    "roll-back: older database": put_back(),
    "roll-back: older database and what was signed": put_back(SIGNED),
    "roll-back: older database and anchors": put_back(ANCHORS),
    "roll-back: older database, nothing of what was signed": together(put_back(), removed(SIGNED)),
    "swapped: another application's database": put_back(whence="other"),
    "swapped: another application's database and anchors": put_back(ANCHORS, whence="other"),
    "swapped: another application's database, anchors and what was signed": put_back(ANCHORS, SIGNED, whence="other"),
}  # fmt: skip


def red(case):
    with pytest.raises(DihyaError) as caught:
        case.log.probe()
    assert caught.value.message
    report = None
    try:
        report = case.log.verify()
    except keys.NoKey:
        return caught.value.message
    assert not report.ok
    assert "NOT VERIFIED" in "\n".join(report.lines())
    return caught.value.message


def without_anchors(case):
    """Remove the anchor file and every trace that there was one; what is found then is found without it."""
    case.anchors.unlink(missing_ok=True)
    case.sql("UPDATE audit_checkpoints SET anchored_at = NULL")
    signed = case.data / SIGNED
    if note_in(signed):
        signed.write_text(json.dumps({**json.loads(signed.read_text()), "anchored": 0}))


# What only the anchor file can tell. Who puts back the database, the anchors and what lies beside the key is found out by
# an anchor somewhere else alone.
ANCHORS_TELL = {way for way in WAYS if way.startswith("anchors:")} | {"roll-back: older database and what was signed"}
CASES = [(way, False) for way in WAYS] + [(way, True) for way in WAYS if way not in ANCHORS_TELL]


@pytest.mark.parametrize(("way", "bare"), CASES, ids=[f"{way}{', no anchors' * bare}" for way, bare in CASES])
def test_every_forgery_is_found_and_nothing_is_signed_over_it(case, way, bare):
    """Acts go on, but nothing is signed or anchored any more, and health and verification say so until somebody acts."""
    WAYS[way](case)
    if bare:
        without_anchors(case)
    before = case.signed()
    for _ in range(2):
        assert not case.act(3)
        assert case.signed() <= before
        assert red(case)
    assert case.rows("SELECT count(*) FROM audit_outbox")[0][0] >= 6, "what acts wrote waits"


def test_an_untouched_log_is_green(case):
    """What is tried above is tried on a log that verifies and goes on."""
    assert case.log.verify().ok and "24 entries" in case.log.probe()
    assert case.act(3) and case.log.verify().size == 27
