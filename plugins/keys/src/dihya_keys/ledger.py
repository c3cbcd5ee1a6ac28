"""What the database knows of the keys, read and written in transactions of its own."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import UNAUDITED
from sqlalchemy import Engine, Row, delete, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from .models import Installation, KnownKey
from .signing import LocalSigner

_SEALING = "keys.sealing"
_TRIES = 5


class Ledger:
    """The tables of this plugin.

    Args:
        engine: returns the engine; called when something is asked.
    """

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    @property
    def ready(self) -> bool:
        """Whether the tables are there; before the first ``dihya setup`` they are not."""
        return inspect(self._engine()).has_table(KnownKey.__tablename__)

    def installation(self) -> str:
        """Return the name of the installation whose database this is; empty for a new one."""
        with self._engine().connect() as connection:
            return connection.scalar(select(Installation.name)) or ""

    def begin(self) -> str:
        """Give a new database its name, unless another machine was quicker; return the one that stands."""
        self._insert(Installation, number=1, name=secrets.token_hex(8))
        return self.installation()

    def known(self) -> Sequence[Row[Any]]:
        """Return what is known of every key, the oldest of each name first."""
        table = KnownKey.__table__
        with self._engine().connect() as connection:
            return connection.execute(select(table).order_by(table.c.name, table.c.number)).all()

    def add(self, name: str, signer: LocalSigner, number: int = 0, sealed: str = "") -> bool:
        """Make a key known; return False when another process has given its name and number to one."""
        public = base64.b64encode(signer.public).decode()
        return self._insert(
            KnownKey, name=name, number=number, id=signer.id, public=public, made_at=signer.made_at, sealed=sealed
        )

    def rotate(self, name: str, first: LocalSigner, keep: timedelta) -> LocalSigner:
        """Make a key that replaces the newest, sealed by the first; forget those replaced longer ago than *keep*."""
        for _ in range(_TRIES):
            rows = [row for row in self.known() if row.name == name]
            if not rows:
                raise DihyaError(f"the database does not know key {name!r} yet; run 'dihya setup'", code="keys-setup")
            new = LocalSigner.create(first.label)
            new.made_at = max(new.made_at, rows[-1].made_at + timedelta(seconds=1))  # the later one signs
            if self.add(name, new, rows[-1].number + 1, _seal(first, name, new)):
                self._forget(name, rows, datetime.now(UTC) - keep)
                return new
        raise DihyaError(f"key {name!r} is being replaced by other processes; try again", code="keys-busy", status=503)

    def later(self, name: str, first: LocalSigner, rows: Sequence[Row[Any]]) -> list[LocalSigner]:
        """Return the keys that came after the first one. Raises DihyaError for one that was not sealed by it."""
        return [_open(first, name, row) for row in rows if row.name == name and row.sealed]

    def _forget(self, name: str, rows: Sequence[Row[Any]], before: datetime) -> None:
        """Remove the rows of keys that were replaced before this moment; the first one's stays, since it seals the others."""
        over = [row.number for row, next in zip(rows, rows[1:], strict=False) if next.made_at < before and row.number]
        if over:
            with self._told().begin() as connection:
                connection.execute(delete(KnownKey).where(KnownKey.name == name, KnownKey.number.in_(over)))

    def _insert(self, table: type[Any], **values: Any) -> bool:
        try:
            with self._told().begin() as connection:
                connection.execute(insert(table).values(**values))
        except IntegrityError:
            return False
        return True

    def _told(self) -> Engine:
        return self._engine().execution_options(
            **{UNAUDITED: "what is known of the keys without which nothing is audited"}
        )


def _seal(first: LocalSigner, name: str, new: LocalSigner) -> str:
    nonce = secrets.token_bytes(12)
    sealed = ChaCha20Poly1305(first.secret(_SEALING)).encrypt(nonce, new.text().encode(), f"{name}\n{new.id}".encode())
    return base64.b64encode(nonce + sealed).decode()


def _open(first: LocalSigner, name: str, row: Row[Any]) -> LocalSigner:
    raw = base64.b64decode(row.sealed)
    try:
        text = ChaCha20Poly1305(first.secret(_SEALING)).decrypt(raw[:12], raw[12:], f"{name}\n{row.id}".encode())
    except (InvalidTag, ValueError) as error:
        raise DihyaError(
            f"key {row.id} of {name!r} in the database was not sealed by the first one; 'dihya keys rotate {name}' makes a "
            "new one once that row is removed",
            code="key-damaged",
        ) from error
    return LocalSigner.read(text.decode())
