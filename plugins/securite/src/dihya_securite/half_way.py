"""Between password and second factor: a sealed cookie says for a few minutes who gave the right password."""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs import NotFound
from dihya_hookspecs.sealing import Seals
from flask import Request
from werkzeug.wrappers import Response

from .identity import cookie_name, set_cookie
from .models import Person
from .secret import Secret
from .service import Directory

SECONDS = 300
_SUFFIX, _PURPOSE = "-half", "half signed in"


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody who gave the right password, and where they want to go."""

    person: Person
    target: str


class HalfWays:
    """Remembers in the browser who gave the right password; the server keeps nothing."""

    def __init__(self, seals: Seals, secret: Secret, people: Directory) -> None:
        self._seals, self._secret, self._people = seals, secret, people

    @classmethod
    def from_container(cls, svcs_container: Any) -> HalfWays:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(needed) for needed in (Seals, Secret, Directory)))

    def remember(self, request: Request, response: Response, person: Person, target: str) -> None:
        """Give the browser the cookie."""
        said = [str(person.id), int(time.time()), self._bond(person), target[:1000]]
        set_cookie(request, response, self._seals.seal(_PURPOSE, json.dumps(said)), _SUFFIX, SECONDS)

    def find(self, request: Request) -> HalfWay | None:
        """Return who is half-way in this browser; None when it took too long, or the password was changed meanwhile."""
        try:
            id, when, bond, target = json.loads(
                self._seals.unseal(_PURPOSE, request.cookies.get(cookie_name(request, _SUFFIX), ""))
            )
            person = self._people.get(id)
        except (ValueError, NotFound):
            return None
        current = hmac.compare_digest(bond, self._bond(person)) and 0 <= time.time() - when < SECONDS
        return HalfWay(person, target) if current and person.active else None

    @staticmethod
    def forget(request: Request, response: Response) -> None:
        """Take the cookie away."""
        set_cookie(request, response, "", _SUFFIX)

    def _bond(self, person: Person) -> str:
        return self._secret.mac("half signed in", f"{person.id}|{person.password_hash}")
