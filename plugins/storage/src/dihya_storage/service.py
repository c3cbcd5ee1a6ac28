"""Blobs: bytes with holders. A row always has its file; a file without a row is swept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.storage import Blob

from .settings import Settings
from .writing import Writer, check

if TYPE_CHECKING:
    from dihya_hookspecs.access import Actor
    from dihya_hookspecs.data import Database
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from .files import Files, Incoming
    from .models import Holding

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class LocalBlobs:
    """Blobs in a folder of this machine; implements ``dihya_hookspecs.storage.Blobs``."""

    def __init__(self, session: Session, database: Database, files: Files, max_size: int) -> None:
        self._session, self._database, self.files, self._max_size = session, database, files, max_size

    @classmethod
    def from_container(cls, svcs_container: Any) -> LocalBlobs:
        """Build the service inside an act."""
        from dihya_hookspecs.data import Database
        from sqlalchemy.orm import Session

        settings = svcs_container.get(Settings)
        folder = folder_of(settings, svcs_container.get(AppInfo).data)
        from .files import Files

        return cls(svcs_container.get(Session), svcs_container.get(Database), Files(folder), settings.max_size)

    def open_writer(self, *, max_size: int | None = None) -> Writer:
        """Return a writer for a file that is never whole in memory; see ``dihya_hookspecs.storage.Blobs``."""
        limit = self._max_size if max_size is None else min(max_size, self._max_size)
        return Writer(self, self.files.incoming(), limit)

    def put(self, data: bytes, *, media_type: str, filename: str, purpose: str, owner: str | None = None) -> Blob:
        """Store *data*; storing the same bytes again for the same owner and purpose changes nothing.

        Raises:
            Invalid: too many bytes (413), or a name or kind that cannot be one.
        """
        check(media_type, filename, purpose, owner)
        with self.open_writer() as writer:
            writer.write(data)
            return writer.commit(media_type=media_type, filename=filename, purpose=purpose, owner=owner)

    def store(self, incoming: Incoming, media_type: str, filename: str, purpose: str, owner: str, source: str) -> Blob:
        """Place the bytes and write down who holds them."""
        from .models import Holding

        if source and self._holding(source, owner) is None:
            raise NotFound(f"no blob {source[:64]!r} of this owner, of which another could be made")
        if found := self._holding(incoming.digest, owner, purpose):
            incoming.discard()
            return _blob(found)
        holding = Holding(
            digest=incoming.place(), size=incoming.size, media_type=media_type, filename=filename, owner=owner,
            purpose=purpose, derived_from=source,
        )  # fmt: skip
        self._session.add(holding)
        self._session.flush()
        self._at_end(incoming)
        return _blob(holding)

    def get(self, digest: str) -> Blob:
        """Return what is known of the blob. Raises NotFound."""
        return _blob(self._holder(digest))

    def visible(self, digest: str, actor: Actor | None) -> Blob:
        """Return the blob if *actor* reaches a holding of it (see ``Holding``). Raises NotFound, also for other people's."""
        from dihya_hookspecs.access import Access

        from .models import Holding

        access = get(Access)
        return _blob(self._holder(digest, access.rows(actor, access.actions(Holding)[0], Holding)))

    def read(self, digest: str) -> bytes:
        """Return the bytes, checked against their digest. Raises NotFound."""
        self._holder(digest)
        return self.files.read(digest)

    def chunks(self, digest: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from *start* up to, not including, *end*; needs no act once it was called."""
        self._holder(digest)
        return self.files.chunks(digest, start, end)

    def remove(self, digest: str, *, owner: str | None = None, purpose: str | None = None) -> None:
        """Forget the blob for this owner (None: the application) and purpose (None: all).

        The bytes go after the commit, when nobody holds them any more.
        """
        from .models import Holding

        wanted = [Holding.digest == digest, Holding.owner == (owner or "")]
        self.remove_where(*wanted, *([Holding.purpose == purpose] if purpose is not None else []))

    def remove_where(self, *conditions: Any) -> int:
        """Forget all holdings that fulfil *conditions*; return how many there were."""
        from sqlalchemy import select

        from .models import Holding

        found = list(self._session.scalars(select(Holding).where(*conditions)))
        for holding in found:  # grows: what was made of these goes too, and what was made of that
            found += self._made_of(holding, found)
        for holding in found:
            self._session.delete(holding)
        self._session.flush()
        for digest in {holding.digest for holding in found}:
            self._after_commit(partial(self.collect, digest))
        return len(found)

    def _made_of(self, holding: Holding, going: list[Holding]) -> list[Holding]:
        """Return what was made of a file, unless the same owner goes on holding that for another purpose."""
        from sqlalchemy import select

        from .models import Holding

        same = select(Holding).where(Holding.owner == holding.owner)
        if any(one not in going for one in self._session.scalars(same.where(Holding.digest == holding.digest))):
            return []
        made = self._session.scalars(same.where(Holding.derived_from == holding.digest))
        return [one for one in made if one not in going]

    def collect(self, digest: str) -> bool:
        """Remove the bytes if nobody holds them; return whether they went. What is no digest names none."""
        from sqlalchemy import select

        from .models import Holding

        if not _DIGEST.fullmatch(digest):
            return False
        with self.files.lock(), self._database.session() as session:
            if session.scalar(select(Holding.id).where(Holding.digest == digest).limit(1)) is not None:
                return False
            return self.files.delete(digest)

    def release(self, digest: str) -> None:
        """Remove bytes that a backup kept from going, unless one still does."""
        if self.collect(digest) or self.files.unheld():
            self.files.unmark(digest)

    def _at_end(self, incoming: Incoming) -> None:
        """Once the act is committed, see that the bytes are there; however it ends, forget the file they came by."""
        from sqlalchemy import event

        def keep() -> None:
            # Somebody who removed the same bytes may have looked for holders just before this act committed.
            with self.files.lock():
                if not self.files.has(incoming.digest):
                    incoming.place()

        self._after_commit(keep)
        self._session.info.setdefault("storage_incoming", []).append(incoming)
        if not event.contains(self._session, "after_transaction_end", _ended):
            event.listen(self._session, "after_transaction_end", _ended)

    def _after_commit(self, work: Callable[[], object]) -> None:
        """Do *work* once the act is committed; after a rollback it finds that nothing is to be done."""
        from sqlalchemy import event

        waiting = self._session.info.setdefault("storage_waiting", [])
        waiting.append(work)
        if not event.contains(self._session, "after_commit", _committed):
            event.listen(self._session, "after_commit", _committed)

    def _holding(self, digest: str, owner: str, purpose: str | None = None) -> Holding | None:
        from sqlalchemy import select

        from .models import Holding

        wanted = select(Holding).where(Holding.digest == digest, Holding.owner == owner).limit(1)
        return self._session.scalar(wanted if purpose is None else wanted.where(Holding.purpose == purpose))

    def _holder(self, digest: str, reached: ColumnElement[bool] | None = None) -> Holding:
        from sqlalchemy import select

        from .models import Holding

        wanted = select(Holding).where(Holding.digest == digest).order_by(Holding.created_at, Holding.id).limit(1)
        wanted = wanted if reached is None else wanted.where(reached)
        # What is no digest is not looked for: PostgreSQL refuses some of what people write into an address.
        found = self._session.scalar(wanted) if _DIGEST.fullmatch(digest) else None
        if found is None:
            raise NotFound(f"no blob {digest[:64]!r}")
        return found


def folder_of(settings: Settings, data: Path) -> Path:
    """Return the folder in which the bytes lie."""
    return Path(settings.url) if settings.url else data / "blobs"


def probe() -> str:
    """Write, read and remove a file; raise when one of them fails."""
    import shutil

    from dihya_hookspecs import DihyaError
    from dihya_hookspecs.data import Database

    from .files import Files

    blobs = LocalBlobs(current().session, get(Database), Files(folder_of(get(Settings), get(AppInfo).data)), 0)
    files = blobs.files
    free = shutil.disk_usage(files.folder).free
    if free < 20 * 2**20:
        raise DihyaError(f"the disk of {str(files.folder)!r} has {free // 2**20} MB left; free some space")
    data = b"probe"
    digest = hashlib.sha256(data).hexdigest()
    with files.lock():
        files.put(digest, data)
        files.read(digest)
        files.delete(digest)
    for left in files.marked():
        blobs.release(left)
    return f"{files.folder} takes files; {free / 2**30:.1f} GB left"


def _committed(session: Session) -> None:
    if session.in_nested_transaction():  # the end of a savepoint is not yet a commit
        return
    waiting: list[Callable[[], object]] = session.info["storage_waiting"]
    while waiting:
        waiting.pop(0)()


def _ended(session: Session, transaction: Any) -> None:
    """Forget the files by which bytes came, once the act is over."""
    if transaction.parent is None:
        for incoming in session.info.pop("storage_incoming", ()):
            incoming.discard()


def _blob(holding: Holding) -> Blob:
    return Blob(
        holding.digest,
        holding.size,
        holding.media_type,
        holding.filename,
        holding.owner or None,
        holding.purpose,
        holding.derived_from or None,
    )
