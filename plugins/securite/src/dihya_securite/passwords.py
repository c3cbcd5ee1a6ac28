"""Passwords: Argon2id with a limit on how many are hashed at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import argon2

from .places import Places, busy
from .settings import Settings
from .strength import LONGEST

_T = TypeVar("_T")
_WAIT = 2.0
_NICE = 10
"""Hashing gives way: a hash takes a whole processor for a tenth of a second, and pages must not wait for a flood of them."""
_QUEUE = 3  # for each slot: who waits for a hash holds a thread, and others need those


class Passwords:
    """Hashes and checks passwords; at most ``argon2_slots`` at once, so that sign-ins cannot exhaust the machine."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = argon2.PasswordHasher(settings.argon2_time, settings.argon2_memory, parallelism=1)
        self._slots = threading.BoundedSemaphore(settings.argon2_slots)
        self.places = Places(settings.argon2_slots * (1 + _QUEUE))
        self._threads = ThreadPoolExecutor(settings.argon2_slots, "dihya-hash", initializer=_give_way)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """Return the Argon2id hash of *password*, in the PHC string format."""
        with self.places.take(known=True):  # nobody but who is known sets a password
            return self._run(lambda: self._hasher.hash(_normal(password)))

    def matches(self, hashed: str | None, password: str) -> bool:
        """True if *password* is the hashed one; takes as long when there is nobody to compare with (None).

        Whoever calls this holds a place (``places.take``) since before they asked the database.
        """
        if len(password) > LONGEST:
            return False

        def check() -> bool:
            try:
                return self._hasher.verify(hashed or self._nobody, _normal(password)) and hashed is not None
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False

        return self._run(check)

    def outdated(self, hashed: str) -> bool:
        """True if the parameters have changed since *hashed* was made."""
        return self._hasher.check_needs_rehash(hashed)

    def _run(self, work: Callable[[], _T]) -> _T:
        if not self._slots.acquire(timeout=_WAIT):
            raise busy()
        try:
            return self._threads.submit(work).result()
        finally:
            self._slots.release()


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def one_time() -> str:
    """A random password for one sign-in, easy to read aloud: 100 bits in five groups."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def _normal(password: str) -> str:
    # The same password typed on two keyboards may arrive composed or decomposed (é as one or two code points). JSON can
    # carry half of a surrogate pair, which is no character and has no bytes to hash.
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()
