"""Channels between processes: LISTEN and NOTIFY of PostgreSQL."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.channels import Batch, Position, Topic

from .channels import MemoryChannels

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

log = logging.getLogger("dihya.wsgi")
CHANNEL = "left('dihya ' || current_schema(), 63)"
PAUSE, LONGEST_PAUSE = 0.5, 30.0
PATIENCE = 1.0
"""Seconds after which the listening thread looks whether it is over."""


class PostgresChannels(MemoryChannels):
    """Sends with the transaction of the act, and listens on one connection of its own from the first question on.

    What was said while the connection was down is not known: then a new epoch begins, and everybody is told.
    """

    everywhere = True

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine, self._started = engine, threading.Lock()
        self._listening: threading.Thread | None = None
        self._numbers = count()
        self.ready, self._over = threading.Event(), threading.Event()

    def _send(self, session: Session, topic: Topic, key: str, data: str) -> None:
        # PostgreSQL sends what is said twice in a transaction once; the number tells the two apart.
        said = json.dumps([topic.name, key, topic.history, data, next(self._numbers)], ensure_ascii=False)
        session.connection().exec_driver_sql(f"SELECT pg_notify({CHANNEL}, %s)", (said,))

    def read(self, topic: Topic, key: str, after: Position | None = None) -> Batch:
        self._listen()
        return super().read(topic, key, after)

    def follow(self, topic: Topic, key: str, wake: Callable[[], None]) -> Callable[[], None]:
        self._listen()
        return super().follow(topic, key, wake)

    def _listen(self) -> None:
        with self._started:
            if self._listening is None:
                self._listening = threading.Thread(target=self._run, name="dihya-channels", daemon=True)
                self._listening.start()
        self.ready.wait(2)  # what is said from now on is to be heard

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        if self._listening is not None:
            self._listening.join(5)

    def _run(self) -> None:
        pause = PAUSE
        while not self._over.is_set():
            try:
                with closing(self._connected()) as connection:
                    pause = PAUSE
                    self._hear_until_over(connection)
            except Exception as error:
                log.warning("messages of other processes are not heard: %s; trying again", type(error).__name__)
            self.ready.clear()
            self._over.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _hear_until_over(self, connection: Any) -> None:
        while not self._over.is_set():
            for notification in connection.notifies(timeout=PATIENCE):
                self._hear(notification.payload)

    def _connected(self) -> Any:
        """Return a connection that listens, outside of the pool."""
        pooled = self._engine.raw_connection()
        connection: Any = pooled.driver_connection
        pooled.detach()
        connection.rollback()
        connection.autocommit = True
        name = connection.execute(f"SELECT {CHANNEL}").fetchone()[0].replace('"', '""')
        connection.execute(f'LISTEN "{name}"')
        self.history.lose()
        self.ready.set()
        return connection

    def _hear(self, payload: str) -> None:
        try:
            name, key, most, data, _ = json.loads(payload)
            topic = Topic(name, "", int(most))
        except (ValueError, TypeError):
            log.warning("a notification that is none of ours was passed over")
            return
        self._deliver(topic, key, data)
