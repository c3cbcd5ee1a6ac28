"""API keys: for programs that act for a person, within scopes, until they are removed."""

from __future__ import annotations

import hmac
import secrets
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from dihya_hookspecs import Flaw, Invalid, NotFound, Refused
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import Act, get
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from .models import ApiKey, Person, now
from .reach import Reach
from .recent import Identity, IdentityCache, owed
from .service import one_line
from .sessions import PERSON, digest
from .settings import Settings
from .tokens import bad_credential

MARK = "dhk_"
_NOTED = timedelta(hours=1)  # used_at is written at most this often
_MOST = 50
_LIVES = (30, 90, 365)


class Keys:
    """Creates, lists, removes and recognises API keys; the key itself is shown once and stored as SHA-256."""

    def __init__(
        self, session: Session, access: Access, act: Act, settings: Settings, reach: Reach, recent: IdentityCache
    ) -> None:
        self._session, self._access, self._act, self._settings = session, access, act, settings
        self._reach, self._recent = reach, recent

    @classmethod
    def from_container(cls, svcs_container: Any) -> Keys:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(needed) for needed in (Session, Access, Act, Settings, Reach, IdentityCache)))

    def create(
        self, actor: Actor, title: str, scopes: Iterable[str], expires_at: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """Create a key of *actor* and return it with the secret, which cannot be had again.

        Args:
            scopes: permissions that *actor* holds; the key has these and no others.
            expires_at: when the key ends; without it, and at the latest, ``securite.key_days`` from now.

        Raises:
            Refused: *actor* is itself a key, which could so outlive its end.
            Invalid: no title, no scope, a scope that *actor* does not hold, an end in the past or too far away, or
                too many keys.
        """
        title, wanted = one_line(title), sorted(set(scopes))
        if actor.kind == "key":
            raise Refused("a key cannot create keys; sign in", code="person-needed")
        latest = now() + timedelta(days=self._settings.key_days)
        self._check(actor, title, wanted, expires_at, latest)
        secret = f"{MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
        row = ApiKey(
            person_id=own_id(actor), title=title, prefix=secret[:12], digest=digest(secret), scopes=wanted,
            created_at=now(), expires_at=expires_at or latest,
        )  # fmt: skip
        self._session.add(row)
        self._session.flush()
        self._act.record("securite.key_created", object=f"securite_keys:{row.id}", scopes=" ".join(wanted))
        return row, secret

    def of(self, actor: Actor) -> Sequence[ApiKey]:
        """The keys of *actor*, the newest first. Raises Refused for the system, and for whoever has no account here."""
        own_id(actor)
        whose = self._access.rows(actor, self._access.actions(ApiKey)[0], ApiKey)
        statement = select(ApiKey) if whose is None else select(ApiKey).where(whose)
        return self._session.scalars(statement.order_by(ApiKey.id.desc())).all()

    def remove(self, actor: Actor, id: uuid.UUID | str) -> None:
        """Remove a key of *actor*, who is a person. Raises NotFound, for other people's keys too."""
        self._reach.demand_person(actor)
        row = next((one for one in self.of(actor) if str(one.id) == str(id)), None)
        if row is None:
            raise NotFound("no such API key")
        self._session.delete(row)
        self._session.flush()
        self._recent.forget_with(self._session)
        self._act.record("securite.key_removed", object=f"securite_keys:{row.id}")

    def known(self, secret: str) -> Identity:
        """Return who a key acts for. Raises Refused (401)."""
        hashed = digest(secret)
        found = self._session.execute(
            select(ApiKey.id, ApiKey.title, ApiKey.scopes, ApiKey.digest, ApiKey.expires_at, ApiKey.used_at, *PERSON)
            .join(Person, Person.id == ApiKey.person_id)
            .where(ApiKey.digest == hashed)
        ).one_or_none()
        if found is None or not hmac.compare_digest(found.digest, hashed) or not found.active:
            raise bad_credential()
        ends = found.expires_at
        if ends <= now():
            raise bad_credential()
        if found.used_at is None or now() - found.used_at > _NOTED:
            self._session.execute(update(ApiKey).where(ApiKey.id == found.id).values(used_at=now()))
        actor = Actor(str(found.person_id), found.title, frozenset(found.roles), "key", frozenset(found.scopes))
        return Identity(actor, owed(found, self._settings), ends.timestamp())

    def _check(self, actor: Actor, title: str, scopes: list[str], ends: datetime | None, latest: datetime) -> None:
        if not 1 <= len(title) <= 120:
            raise _flaw("/title", _("give the key a title of 1 to 120 characters"))
        if not scopes:
            raise _flaw("/scopes", _("choose at least one permission"))
        for scope in scopes:
            if scope not in self._access.permissions() or not self._access.decide(actor, scope):
                raise _flaw("/scopes", _("you can only give permissions that you hold yourself"))
        if ends and ends <= now():
            raise _flaw("/expires_at", _("the end lies in the past"))
        if ends and ends > latest + timedelta(minutes=1):
            days = self._settings.key_days
            raise _flaw("/expires_at", _("a key ends after %(days)s days at the latest", days=days))
        if len(self.of(actor)) >= _MOST:
            raise _flaw("/title", _("you have 50 keys, which is the limit; remove one first"))


def _flaw(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, flaws=[Flaw(pointer, detail)])


def own_id(actor: Actor) -> uuid.UUID:
    """The person that *actor* is or acts for. Raises Refused for the system, and for whoever has no account here."""
    try:
        return uuid.UUID(actor.id)
    except ValueError:
        raise Refused("this needs an account; sign in", code="person-needed") from None


def lives() -> list[int]:
    """Return the numbers of days that a key may be made for."""
    most = get(Settings).key_days
    return [days for days in _LIVES if days <= most] or [most]
