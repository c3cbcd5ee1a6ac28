"""Sign-in by password, and the sessions of browsers."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dihya_hookspecs import Flaw, Invalid, NotFound, Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import Act
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .lockout import Lockout, SignInThrottle, network
from .models import Person, SignIn, TokenFamily, now
from .passwords import Passwords
from .presence import Presence
from .recent import Identity, IdentityCache, owed
from .secret import Secret
from .service import Directory
from .settings import Settings
from .strength import LONGEST

PERSON = (Person.id.label("person_id"), Person.email, Person.name, Person.roles, Person.active,
          Person.must_change_password, Person.second_factor)  # fmt: skip
_FRESH = timedelta(minutes=5)  # seen_at is written at most this often, so that reading pages does not write


class SignInService:
    """Recognises people by address and password."""

    def __init__(
        self, people: Directory, passwords: Passwords, lockout: Lockout, turnstile: SignInThrottle, act: Act
    ) -> None:
        self._people, self._passwords, self._lockout = people, passwords, lockout
        self._turnstile, self._act = turnstile, act

    @classmethod
    def from_container(cls, svcs_container: Any) -> SignInService:
        """Build the service inside an act."""
        get = svcs_container.get
        lockout = Lockout(get(Session), get(Secret), get(Settings))
        return cls(get(Directory), get(Passwords), lockout, get(SignInThrottle), get(Act))

    def recognise(self, email: str, password: str, address: str | None, device: str = "") -> Person | None:
        """Return the person, or None; a failure is counted and recorded, and stays so however the act ends.

        The same work is done for people who do not exist, so that neither answer nor time tells who does.

        Args:
            device: the number of the browser, if the person signed in with it before.

        Raises:
            DihyaError: 429 with Retry-After, after too many failures from this network; 503 (``busy``) while too many others
                are signing in, before anything else is done.
            Refused: the password is right, but a one-time one whose time is over.
        """
        account = email.strip().lower()[:LONGEST]
        key, callers = (
            self._lockout.key(account, address, device),
            (f"to {account}", f"from {device or network(address)}"),
        )
        with self._passwords.places.take(*callers, known=bool(device)), self._turnstile.attempt(key):
            self._lockout.demand(key)
            person = self._people.by_email(email)
            hashed = person.password_hash if person and person.active else None
            self._act.keep()  # gives the connection back: hashing takes long, and others need it meanwhile
            if not self._passwords.matches(hashed, password) or person is None:
                self._lockout.failed(key)
                object = f"securite_people:{person.id}" if person else None
                self._act.record("securite.sign_in_failed", object=object, outcome="refused")
                self._act.keep()
                return None
            self._lockout.succeeded(key)
        _demand_time_left(person)
        if self._passwords.outdated(person.password_hash):
            person.password_hash = self._passwords.hash(password)
        return person

    def confirm(self, id: str, password: str, address: str | None) -> bool:
        """Tell whether this is the password of somebody who is signed in; a wrong one counts as a failure."""
        return self.recognise(self._people.get(id).email, password, address, f"account {id}") is not None

    def change_password(self, id: str, old: str, new: str, address: str | None) -> Person | None:
        """Change one's own password and end all sessions. Returns None when *old* is not right; that counts as a failure.

        Raises:
            Invalid: *new* is not good enough.
            DihyaError: 429 with Retry-After, after too many failures from this network.
        """
        person = self.recognise(self._people.get(id).email, old, address, f"account {id}")
        if person is None:
            return None
        if old == new:
            flaw = Flaw("/password", _("the new password is the old one; choose another"), "weak-password")
            raise Invalid(flaw.detail, code="weak-password", flaws=[flaw])
        return self._people.choose_password(person.id, new)


def _demand_time_left(person: Person) -> None:
    ends = person.password_expires_at
    if person.must_change_password and ends and ends <= now():
        raise Refused(
            _(
                "the time of this one-time password is over; ask an administrator for another one, or run on the "
                "server: dihya people password %(email)s",
                email=person.email,
            ),
            code="password-expired",
        )


class Sessions:
    """Sessions of browsers: a random cookie of which only the hash is stored."""

    def __init__(
        self, session: Session, settings: Settings, act: Act, recent: IdentityCache, presence: Presence
    ) -> None:
        self._session, self._settings, self._act, self._recent = session, settings, act, recent
        self._presence = presence

    @classmethod
    def from_container(cls, svcs_container: Any) -> Sessions:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(needed) for needed in (Session, Settings, Act, IdentityCache, Presence)))

    def begin(self, person: Person, browser: str = "") -> tuple[str, SignIn]:
        """Begin a session; return the cookie, which nobody can derive from what is stored, and the row.

        Args:
            browser: the family of the browser, by which the person tells their sessions apart.
        """
        cookie = secrets.token_urlsafe(32)
        ends = now() + timedelta(hours=self._settings.session_max)
        row = SignIn(
            id=digest(cookie), person_id=person.id, browser=browser, created_at=now(), seen_at=now(), expires_at=ends
        )
        self._session.execute(delete(SignIn).where(SignIn.expires_at < now()))
        self._session.add(row)
        self._session.flush()
        self._presence.note(person.id)
        self._act.record("securite.signed_in", object=f"securite_people:{person.id}")
        return cookie, row

    def known(self, cookie: str) -> Identity | None:
        """Return who holds this cookie; None if the session is unknown, over or unused for too long."""
        found = self._session.execute(
            select(SignIn.id, SignIn.seen_at, SignIn.expires_at, SignIn.confirmed_at, *PERSON)
            .join(Person, Person.id == SignIn.person_id)
            .where(SignIn.id == digest(cookie))
        ).one_or_none()
        if found is None:
            return None
        idle, ends = now() - found.seen_at, found.expires_at
        if not found.active or ends <= now() or idle > timedelta(minutes=self._settings.session_idle):
            return None
        if idle > _FRESH:
            self._session.execute(update(SignIn).where(SignIn.id == found.id).values(seen_at=now()))
            if found.seen_at.date() != now().date():
                self._presence.note(found.person_id)
        actor = Actor(
            str(found.person_id), found.name or found.email, frozenset(found.roles), session=found.id,
            confirmed=self._fresh(found.confirmed_at),
        )  # fmt: skip
        return Identity(actor, owed(found, self._settings), ends.timestamp())

    def confirm(self, known: Identity) -> None:
        """Remember that whoever is signed in has just given the password again."""
        if known.family is not None:
            row = update(TokenFamily).where(TokenFamily.id == known.family)
        else:
            row = update(SignIn).where(SignIn.id == known.actor.session)
        self._session.execute(row.values(confirmed_at=now()))
        self._recent.forget_with(self._session)
        self._act.record("securite.confirmed", object=f"securite_people:{known.actor.id}")

    def _fresh(self, confirmed_at: datetime) -> bool:
        return now() - confirmed_at < timedelta(minutes=self._settings.confirm_minutes)

    def end(self, session: str | None) -> None:
        """End the session with this (stored) id; nothing happens if there is none."""
        row = self._session.get(SignIn, session) if session else None
        if row is not None:
            self._session.delete(row)
            self._session.flush()
            self._recent.forget_with(self._session)
            self._act.record("securite.signed_out", object=f"securite_people:{row.person_id}")

    def end_one(self, person: uuid.UUID, number: str) -> None:
        """End one session of somebody. Raises NotFound when they have none of this number."""
        row = next((one for one in self.of(person) if number_of(one) == number), None)
        if row is None:
            raise NotFound(_("this session is over already"))
        self._session.delete(row)
        self._ended(person, 1)

    def end_others(self, person: uuid.UUID, kept: str | None) -> int:
        """End all sessions of somebody but the one with the (stored) id *kept*; return how many there were."""
        others = [one for one in self.of(person) if one.id != kept]
        for row in others:
            self._session.delete(row)
        if others:
            self._ended(person, len(others))
        return len(others)

    def _ended(self, person: uuid.UUID, number: int) -> None:
        self._session.flush()
        self._recent.forget_with(self._session)
        self._act.record("securite.sessions_ended", object=f"securite_people:{person}", sessions=number)

    def of(self, person: uuid.UUID | str) -> Sequence[SignIn]:
        """The living sessions of one person, the last used first."""
        whose = SignIn.person_id == uuid.UUID(str(person)), SignIn.expires_at > now()
        return self._session.scalars(select(SignIn).where(*whose).order_by(SignIn.seen_at.desc())).all()


def number_of(row: SignIn) -> str:
    """What a session is called in addresses: nothing by which it could be continued, nor found in the table."""
    return digest(row.id)[:16]


def digest(cookie: str) -> str:
    """What is stored of a cookie or key: its SHA-256. They are random, so no slower hash is needed."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()
