"""The log as others use it: search, checkpoint, bundle, verify, and whether it is healthy."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError, Flaw, Invalid, NotFound
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.audit import Anchor, AuditEvent, AuditLog, Entry
from dihya_hookspecs.data import Database
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import ColumnElement, Connection, Engine, func, insert, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from . import bundle, keys
from .anchors import AnchorFile
from .envelope import seal, unseal
from .live import LiveLog
from .merkle import includes, inclusion, leaf_hash, root
from .note import BadNote, Checkpoint, Signer, Verifier
from .sequencer import Sequencer, checkpoints, entries, node_reader, outbox, storable
from .settings import Settings
from .verify import Report

log = logging.getLogger("dihya.audit")

_SEARCHED = ("action", "object", "plugin", "act", "actor", "outcome")
# Longer patterns and more conditions are more than SQLite's parser takes; nobody types them.
LONGEST_QUERY, MOST_WORDS = 200, 20


def store(event: AuditEvent, session: Session) -> None:
    """Put *event* into the outbox, in the caller's transaction."""
    # Through the connection: the event may come in the middle of the session's own flush.
    session.connection().execute(insert(outbox).values(actor=event.actor, envelope=seal(event)))


def append_to_file(note: str) -> None:
    """Append *note* to the anchor file of the running act's application."""
    AnchorFile(get(AppInfo).data / get(Settings).anchor_file).send(note)


def make_key() -> str:
    """Make the signing key unless there is one; return one sentence with its public half."""
    found = keys.signer(get(AppInfo).data / "keys", get(Settings).origin)
    return f"the audit log is signed by {found.verifier}"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of the log: entries, whether each is proven by the checkpoint, and the checkpoint."""

    entries: Sequence[Entry]
    proven: frozenset[int]
    checkpoint: Checkpoint | None
    flaw: str = ""


class Log(AuditLog):
    """The log in the database. Reads only what is committed, over connections of its own."""

    def __init__(self, engine: Engine, sequencer: Sequencer, key_folder: Path, origin: str, file: AnchorFile) -> None:
        self.engine = engine
        self.sequencer = sequencer
        self.file = file
        self._key_folder = key_folder
        self._origin = origin

    @classmethod
    def from_container(cls, svcs_container: Any) -> Log:
        """Build the log inside an act."""
        engine, info = svcs_container.get(Database).engine, svcs_container.get(AppInfo)
        settings, acts = svcs_container.get(Settings), svcs_container.get(Acts)
        folder = info.data / "keys"
        file = AnchorFile(info.data / settings.anchor_file)

        def send(anchor: Anchor, note: str) -> None:
            with acts.open("audit.anchor", actor=SYSTEM):
                anchor.send(note)

        sequencer = Sequencer(
            engine,
            lambda: keys.signer(folder, settings.origin),
            info.data,
            anchors=[anchor for _, anchor in svcs_container.get(Plugins).collected("register_anchors")],
            send=send,
            batch=settings.batch,
        )
        return cls(engine, sequencer, folder, settings.origin, file)

    @property
    def signer(self) -> Signer:
        """The key that signs, made at first use."""
        return keys.signer(self._key_folder, self._origin)

    def search(
        self, *, query: str = "", actor: str = "", object: str = "", act: str = "", before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:  # fmt: skip
        """Entries, newest first. Every word of *query* must occur in one of the columns, in any case."""
        self._catch_up()
        with self.engine.connect() as connection:
            return [_read(row) for row in self._rows(connection, query, actor, object, act, before, limit)]

    def show(self, *, query: str = "", act: str = "", before: int | None = None, limit: int = 50) -> Shown:
        """Return entries together with the proof that the newest checkpoint holds for each of them."""
        self._catch_up()
        with self.engine.connect() as connection:
            rows = self._rows(connection, query, "", "", act, before, limit)
            found = [_read(row) for row in rows]
            try:
                checkpoint = self._checked(connection)
            except DihyaError as error:
                return Shown(found, frozenset(), None, str(error))
            if checkpoint is None:
                return Shown(found, frozenset(), None)
            node = node_reader(connection)
            proven = frozenset(row.position for row in rows if _proven(row, checkpoint, node))
            return Shown(found, proven, checkpoint)

    def checkpoint(self) -> str:
        """The newest signed checkpoint. Raises NotFound while the log is empty."""
        self._catch_up()
        with self.engine.connect() as connection:
            note = connection.scalar(select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1))
        if note is None:
            raise NotFound("the audit log has no entry yet")
        return note

    def bundle(self, act: str | None = None) -> bytes:
        """A ZIP that ``dihya audit verify`` checks offline. Raises NotFound when nothing of *act* is logged."""
        self._catch_up()
        with self.engine.connect() as connection:
            return bundle.pack(connection, self.signer, act and storable(act))

    def verify(self, vkey: str | None = None) -> Report:
        """Check the whole log in the database, and against the checkpoints in the anchor file.

        Args:
            vkey: the verifier key that you trust, where the one in the data folder may have been replaced.
        """
        self._catch_up()
        try:
            verifier = Verifier.read(vkey) if vkey else self.signer.verifier
        except BadNote as error:
            raise Invalid(f"verifier key: {error}") from error
        return LiveLog(self.engine, verifier, self.file.notes()).check()

    def probe(self) -> str:
        """Return how the log is, or raise DihyaError with what is wrong with it."""
        try:
            self.sequencer.drain(timeout=2.0)
        except (DihyaError, OperationalError) as error:
            waiting = self.sequencer.waiting()
            raise DihyaError(f"{waiting} events wait for their place in the audit log: {error}") from error
        with self.engine.connect() as connection:
            checkpoint = self._checked(connection)
        size = checkpoint.size if checkpoint else 0
        notes = self.file.notes()
        if notes:
            try:
                last = Checkpoint.read(self.signer.verifier.open(notes[-1]))
            except BadNote as error:
                raise DihyaError(f"the last anchored checkpoint: {error}", code="audit-anchor") from error
            if last.size > size:
                raise DihyaError(
                    f"the audit log has {size} entries, but {last.size} were anchored: older or cut off; "
                    "run 'dihya audit verify'",
                    code="audit-truncated",
                )
        return f"{size} entries, checkpoint verified"

    def anchors(self) -> list[dict[str, Any]]:
        """Return the name of each anchor, and the newest checkpoint that all of them have."""
        self._catch_up()
        with self.engine.connect() as connection:
            newest = connection.scalar(select(func.max(checkpoints.c.size)))
            reached = connection.scalar(
                select(func.max(checkpoints.c.size)).where(checkpoints.c.anchored_at.is_not(None))
            )
        return [{"name": a.name, "anchored": reached or 0, "newest": newest or 0} for a in self.sequencer.anchors]

    def _catch_up(self) -> None:
        try:
            self.sequencer.drain(timeout=0.5)
        except (DihyaError, OperationalError) as error:
            # Somebody else leads, or holds the database: what waits is shown the next time.
            log.warning("the audit outbox was not drained before reading: %s", type(error).__name__)

    def _checked(self, connection: Connection) -> Checkpoint | None:
        """Return the newest checkpoint, its signature and its root checked against the stored nodes."""
        row = connection.execute(select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)).first()
        if row is None:
            return None
        try:
            checkpoint = Checkpoint.read(self.signer.verifier.open(row.note))
        except BadNote as error:
            raise DihyaError(f"the newest checkpoint: {error}", code="audit-checkpoint") from error
        size = (connection.scalar(select(func.max(entries.c.position))) or 0) + 1
        if checkpoint.size != row.size or size < checkpoint.size:
            raise DihyaError("the newest checkpoint does not fit the log; run 'dihya audit verify'", code="audit-size")
        if root(checkpoint.size, node_reader(connection)) != checkpoint.root:
            raise DihyaError(
                "the log does not give the root that was signed; run 'dihya audit verify'", code="audit-root"
            )
        return checkpoint

    def _rows(self, connection, query, actor, object, act, before, limit) -> Sequence[Any]:
        conditions = [_match(storable(word)) for word in _words(query)]
        wanted = {"actor": actor, "object": object, "act": act}
        conditions += [entries.c[name] == storable(value) for name, value in wanted.items() if value]
        if before is not None:
            conditions.append(entries.c.position < before)
        statement = select(entries).where(*conditions).order_by(entries.c.position.desc())
        return connection.execute(statement.limit(min(max(limit, 1), 500))).all()


def _words(query: str) -> list[str]:
    words = query.split()
    if len(query) > LONGEST_QUERY or len(words) > MOST_WORDS:
        detail = _(
            "a search has at most %(characters)s characters and %(words)s words",
            characters=LONGEST_QUERY,
            words=MOST_WORDS,
        )
        raise Invalid(detail, flaws=[Flaw("/query", detail, "query")])
    return words


def _match(word: str) -> ColumnElement[bool]:
    pattern = word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(*(func.lower(entries.c[name]).like(f"%{pattern}%", escape="\\") for name in _SEARCHED))


def _read(row: Any) -> Entry:
    try:
        event = unseal(row.envelope)
    except (ValueError, TypeError):  # An altered envelope must not hide the others; verify names it.
        event = AuditEvent(row.at, row.act, row.actor, row.action, row.object, row.outcome, row.plugin, {})
    return Entry(row.position, bytes(row.leaf).hex(), event)


def _proven(row: Any, checkpoint: Checkpoint, node) -> bool:
    if row.position >= checkpoint.size:
        return False
    try:
        path = inclusion(row.position, checkpoint.size, node)
    except DihyaError:
        return False
    leaf = leaf_hash(row.envelope.encode())
    return includes(leaf, row.position, checkpoint.size, path, checkpoint.root)
