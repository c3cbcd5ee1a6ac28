"""The log as others use it: search, checkpoint, bundle, verify, and whether it is healthy."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import click
from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.audit import Anchor, AuditEvent, AuditLog, Entry
from dihya_hookspecs.data import Database
from dihya_hookspecs.keys import Keys
from sqlalchemy import Engine, func, select
from sqlalchemy import event as events
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from . import bundle, keys
from .accepting import Acceptance
from .anchors import AnchorFile
from .continuation import Continuation
from .note import BadNote, Signer, Verifier
from .outbox import TOGETHER, hold, store_held
from .report import Report
from .searching import entry_of, matching
from .sequencer import Sequencer, Stopped
from .settings import Settings
from .tables import checkpoints, storable

log = logging.getLogger("dihya.audit")


def put(event: AuditEvent, session: Session, more: bool = False) -> None:
    """Put *event* of the running act into the outbox, with the last of its kind when *more* follow at once.

    What a command did has its place before the command ends.
    """
    if hold(event, session) < TOGETHER and more:
        return
    settings, data = get(Settings), get(AppInfo).data
    store_held(session, keys.writing_key(get(Keys), session.connection, data, settings.origin))
    if click.get_current_context(silent=True) and not session.info.get("audit_drains"):
        session.info["audit_drains"] = True
        found: Log = get(AuditLog)  # type: ignore[assignment]
        events.listen(session, "after_commit", lambda _: found.catch_up(2.0))


def append_to_file(note: str) -> None:
    """Append *note* to the anchor file of the running act's application."""
    AnchorFile(get(AppInfo).data / get(Settings).anchor_file).send(note)


def make_key() -> str:
    """Make the signing key of a new log; return one sentence with its public half. Raises NoKey for another's log."""
    data, settings = get(AppInfo).data, get(Settings)
    with get(Database).engine.connect() as connection:
        found = keys.key_of(get(Keys), connection, data, settings.origin, AnchorFile(data / settings.anchor_file))
    return f"the audit log is signed by {found.verifier}"


def ensure_key() -> None:
    """Raise NoKey when the log in the database is signed by a key that is not here.

    A database that does not answer is no reason: whoever asks for a page hears of it, and the server goes on once it does.
    """
    try:
        make_key()
    except DihyaError as error:
        if not error.code.startswith("database-"):
            raise
        log.warning("the audit key could not be compared with the log: %s", error.message)


class Log(AuditLog):
    """The log in the database. Reads only what is committed, over connections of its own."""

    def __init__(self, engine: Engine, sequencer: Sequencer, file: AnchorFile) -> None:
        self.engine = engine
        self.sequencer = sequencer
        self.file = file

    @classmethod
    def from_container(cls, svcs_container: Any) -> Log:
        """Build the log inside an act."""
        engine, info = svcs_container.get(Database).engine, svcs_container.get(AppInfo)
        settings, acts, held = svcs_container.get(Settings), svcs_container.get(Acts), svcs_container.get(Keys)
        file = AnchorFile(info.data / settings.anchor_file)

        def send(anchor: Anchor, note: str) -> None:
            with acts.open("audit.anchor", actor=SYSTEM):
                anchor.send(note)

        def signer() -> Signer:
            try:
                return keys.signer(held, settings.origin)
            except keys.NoKey:  # A log that has nothing yet gets a key; any other says whose it was.
                with engine.connect() as connection:
                    return keys.key_of(held, connection, info.data, settings.origin, file)

        sequencer = Sequencer(
            engine,
            signer,
            info.data,
            file=file,
            anchors=[anchor for _, anchor in svcs_container.get(Plugins).collected("register_anchors")],
            send=send,
            batch=settings.batch,
        )
        return cls(engine, sequencer, file)

    @property
    def signer(self) -> Signer:
        """The key that signs. Raises NoKey when there is none."""
        return self.sequencer.signer()

    def search(
        self, *, query: str = "", actor: str = "", object: str = "", act: str = "", before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:  # fmt: skip
        """Entries, newest first. Every word of *query* must occur in one of the columns, in any case."""
        self.catch_up()
        with self.engine.connect() as connection:
            rows = matching(connection, query=query, actor=actor, object=object, act=act, before=before, limit=limit)
        return [entry_of(row) for row in rows]

    def checkpoint(self) -> str:
        """The newest signed checkpoint. Raises NotFound while the log is empty."""
        self.catch_up()
        with self.engine.connect() as connection:
            note = connection.scalar(select(checkpoints.c.note).order_by(checkpoints.c.size.desc()).limit(1))
        if note is None:
            raise NotFound("the audit log has no entry yet")
        return note

    def bundle(self, act: str | None = None) -> bytes:
        """A ZIP that ``dihya audit verify`` checks offline. Raises NotFound when nothing of *act* is logged."""
        self.catch_up()
        with self.engine.connect() as connection:
            return bundle.pack(connection, self.signer, act and storable(act))

    def verify(self, vkey: str | None = None) -> Report:
        """Check the whole log in the database, and against the checkpoints in the anchor file.

        Args:
            vkey: the verifier key that you trust, where the one in the data folder may have been replaced.
        """
        self.catch_up()
        try:
            verifier = Verifier.read(vkey) if vkey else None
        except BadNote as error:
            raise Invalid(f"verifier key: {error}") from error
        report = self.sequencer.examine(full=True, verifier=verifier)
        if verifier is None or verifier == self.signer.verifier:
            self._remember(report)
        return report

    def _remember(self, report: Report) -> None:
        """Let nothing be signed over what was found, and let a stop be seen by whoever looks at all."""
        try:
            self.sequencer.stop_for(report)
            if stop := self.sequencer.memory.read().stop:
                raise Stopped(stop)
        except Stopped as error:
            if report.ok:
                report.add("stopped", error.message)

    def standing(self) -> Report:
        """Return how the log is; health check, page and commands ask here. Raises DihyaError with what is wrong."""
        if stop := self.sequencer.memory.read().stop:
            raise Stopped(stop)
        report = self.sequencer.examine()
        self.sequencer.stop_for(report)
        if not report.ok:  # What was set aside stops nothing, but somebody must look.
            raise DihyaError(
                f"{report.findings[0].detail}; 'dihya audit accept --reason …' records that somebody has seen it",
                code="audit-waiting",
            )
        return report

    def accept(self, reason: str, actor: str | None, act: str) -> Continuation:
        """Record why the log goes on from what it is now, and let it be signed again.

        Args:
            reason: stands in the log for ever; it names no person.

        Raises:
            Invalid: there is nothing to accept, or the log is too damaged to go on from.
        """
        found = Acceptance(self.sequencer, reason, actor, act).record()
        self.catch_up()
        return found

    def probe(self) -> str:
        """Return how the log is, or raise DihyaError with what is wrong with it."""
        try:
            self.sequencer.drain(timeout=2.0)
        except (Stopped, keys.NoKey):
            raise
        except (DihyaError, OperationalError) as error:
            waiting = self.sequencer.waiting()
            raise DihyaError(f"{waiting} events wait for their place in the audit log: {error}") from error
        report = self.standing()
        number = len(report.continuations)
        recorded = f"; {number} continuation{'' if number == 1 else 's'} recorded" if number else ""
        return f"{report.size} entries, checkpoint verified{recorded}"

    def anchors(self) -> list[dict[str, Any]]:
        """Return the name of each anchor, and the newest checkpoint that all of them have."""
        self.catch_up()
        with self.engine.connect() as connection:
            newest = connection.scalar(select(func.max(checkpoints.c.size)))
            reached = connection.scalar(
                select(func.max(checkpoints.c.size)).where(checkpoints.c.anchored_at.is_not(None))
            )
        return [{"name": a.name, "anchored": reached or 0, "newest": newest or 0} for a in self.sequencer.anchors]

    def catch_up(self, timeout: float = 0.5) -> None:
        """Give waiting events their place, if that can be done now; they lose nothing by waiting."""
        try:
            self.sequencer.drain(timeout)
        except (Stopped, keys.NoKey) as error:
            log.warning("%s", error.message)
        except (DihyaError, OperationalError) as error:
            # Somebody else leads, or holds the database: what waits is shown the next time.
            log.warning("the audit outbox was not drained before reading: %s", type(error).__name__)
