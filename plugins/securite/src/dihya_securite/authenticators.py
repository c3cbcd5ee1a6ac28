"""Second factors: codes from an app (TOTP, RFC 6238), and recovery codes for who has lost it."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs import Flaw, Invalid, NotFound
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import Act
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.sealing import Seals
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from . import recovery_codes
from .lockout import Lockout, SignInThrottle
from .models import Authenticator, Person, RecoveryCode, now
from .reach import Reach
from .recent import IdentityCache
from .secret import Secret
from .service import Directory, one_line
from .settings import Settings

STEP, DRIFT = 30, 1
"""Seconds for which a code is shown, and how many codes before and after the present one are taken: clocks differ."""
OFFERED = 3600
"""Seconds in which a secret that was offered can be taken."""
MOST = 5
_OFFER, _STORED = "second factor: offer", "second factor: secret"


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that somebody may put into an app.

    Attributes:
        secret: in Base32, for who types it.
        uri: the same as ``otpauth:`` address, for the QR code.
        sealed: gives it back to ``add``; nothing is stored before that.
    """

    secret: str
    uri: str
    sealed: str


class Authenticators:
    """The apps with which people prove who they are, after the password."""

    def __init__(
        self,
        session: Session,
        seals: Seals,
        people: Directory,
        lockout: Lockout,
        throttle: SignInThrottle,
        act: Act,
        reach: Reach,
        recent: IdentityCache,
    ) -> None:
        self._session, self._seals, self._people = session, seals, people
        self._lockout, self._throttle = lockout, throttle
        self._act, self._reach, self._recent = act, reach, recent

    @classmethod
    def from_container(cls, svcs_container: Any) -> Authenticators:
        """Build the service inside an act."""
        get = svcs_container.get
        lockout = Lockout(get(Session), get(Secret), get(Settings))
        return cls(
            get(Session), get(Seals), get(Directory), lockout, get(SignInThrottle), get(Act), get(Reach),
            get(IdentityCache),
        )  # fmt: skip

    def offer(self, person: Person, issuer: str) -> Offer:
        """Return a new secret for somebody's app.

        Args:
            issuer: what the app calls us: the name of the host.
        """
        import pyotp

        secret = pyotp.random_base32()
        uri = pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer)
        return Offer(secret, uri, self._seals.seal(_OFFER, json.dumps([str(person.id), int(time.time()), secret])))

    def accepted(self, person: Person, sealed: str, issuer: str) -> Offer | None:
        """Return the offer that was made to somebody a moment ago, or None: it is too old, or not theirs."""
        import pyotp

        try:
            whose, when, secret = json.loads(self._seals.unseal(_OFFER, sealed))
        except ValueError:
            return None
        if whose != str(person.id) or not 0 <= time.time() - when < OFFERED:
            return None
        return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=issuer), sealed)

    def add(self, actor: Actor, offer: Offer, code: str, title: str = "") -> list[str]:
        """Take the app that shows *code*; return recovery codes when it is the first one. Other sessions are the caller's to end.

        Raises:
            Invalid: the code is not the app's, the title is too long, or there are too many apps.
        """
        self._reach.demand_person(actor)
        person, title = self._people.get(actor.id), one_line(title) or _("Authenticator app")
        step = step_of(offer.secret, code)
        if step is None:
            raise _flaw("/code", _("this is not the code that the app shows now; check the clock of your telephone"))
        if len(title) > 120:
            raise _flaw("/title", _("the title is too long: 120 characters at most"))
        mine = self.of(person.id)
        if len(mine) >= MOST:
            raise _flaw("/code", _("you have %(most)s apps, which is the limit; remove one first", most=MOST))
        if any(hmac.compare_digest(self._secret(one), offer.secret) for one in mine):
            raise _flaw("/code", _("this app is already set up"))
        row = Authenticator(
            person_id=person.id, title=title, secret=self._seals.seal(_STORED, offer.secret), last_step=step,
            created_at=now(), used_at=now(),
        )  # fmt: skip
        self._session.add(row)
        self._mark(person, True)
        self._act.record("securite.second_factor_added", object=_object(person))
        return recovery_codes.make(self._session, person.id) if not mine else []

    def of(self, person: uuid.UUID) -> Sequence[Authenticator]:
        """Return somebody's apps, the first one first."""
        wanted = select(Authenticator).where(Authenticator.person_id == person)
        return self._session.scalars(wanted.order_by(Authenticator.created_at, Authenticator.id)).all()

    def codes_left(self, person: uuid.UUID) -> int:
        """Return how many recovery codes somebody still has."""
        return recovery_codes.left(self._session, person)

    def renew_codes(self, actor: Actor) -> list[str]:
        """Return new recovery codes; those before are worth nothing any more. Raises Invalid for who has no second factor."""
        self._reach.demand_person(actor)
        person = self._people.get(actor.id)
        if not person.second_factor:
            raise Invalid(_("there is no second factor for which codes would be needed"), status=409)
        self._act.record("securite.recovery_codes_made", object=_object(person))
        return recovery_codes.make(self._session, person.id)

    def remove(self, actor: Actor, id: str) -> None:
        """Remove one of one's own apps; with the last one the recovery codes go too. Raises NotFound."""
        self._reach.demand_person(actor)
        person = self._people.get(actor.id)
        mine = self.of(person.id)
        row = next((one for one in mine if str(one.id) == id), None)
        if row is None:
            raise NotFound(_("this app is removed already"))
        self._session.delete(row)
        self._act.record("securite.second_factor_removed", object=_object(person))
        if len(mine) == 1:
            self._forget(person)

    def take_away(self, actor: Actor, id: uuid.UUID | str) -> bool:
        """Let somebody who has lost app and codes sign in with the password alone, and end their sessions.

        Returns False when there was no second factor. Raises Refused for an account above the actor, and one's own.
        """
        person = self._people.get(id)
        self._reach.demand_credential(actor, person)
        if not person.second_factor:
            return False
        self._session.execute(delete(Authenticator).where(Authenticator.person_id == person.id))
        self._forget(person)
        self._people.sign_out_everywhere(person.id)
        self._act.record("securite.second_factor_taken_away", object=_object(person))
        return True

    def proves(self, person: Person, code: str, device: str = "") -> bool:
        """Tell whether this is a code of somebody's app, or a recovery code; neither works a second time.

        A failure is counted and recorded, and stays so however the act ends. Whoever comes here knew the password, so
        failures count for the account, from wherever they come; a browser that is known is counted alone.

        Raises:
            DihyaError: 429 with Retry-After, after too many failures.
        """
        key = self._lockout.key(f"second factor {person.id}", None, device)
        with self._throttle.attempt(key):
            self._lockout.demand(key)
            if self._by_app(person, code):
                self._lockout.succeeded(key)
                return True
            if recovery_codes.take(self._session, person.id, code):
                self._lockout.succeeded(key)
                self._act.record("securite.recovery_code_used", object=_object(person))
                return True
            self._lockout.failed(key)
            self._act.record("securite.second_factor_failed", object=_object(person), outcome="refused")
            self._act.keep()
            return False

    def _by_app(self, person: Person, code: str) -> bool:
        for row in self.of(person.id):
            step = step_of(self._secret(row), code)
            if step is not None and self._first_time(row, step):
                return True
        return False

    def _first_time(self, row: Authenticator, step: int) -> bool:
        """Note that a code was used; False when it, or a later one, was used before, by whomever."""
        unused = Authenticator.id == row.id, Authenticator.last_step < step
        noted = update(Authenticator).where(*unused).values(last_step=step, used_at=now()).returning(Authenticator.id)
        return self._session.scalar(noted.execution_options(synchronize_session=False)) is not None

    def _secret(self, row: Authenticator) -> str:
        try:
            return self._seals.unseal(_STORED, row.secret)
        except ValueError:  # a database that was restored without its key: recovery codes still open
            return ""

    def _forget(self, person: Person) -> None:
        self._session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
        self._mark(person, False)

    def _mark(self, person: Person, second_factor: bool) -> None:
        person.second_factor = second_factor
        self._session.flush()
        self._recent.forget_with(self._session)


def step_of(secret: str, code: str) -> int | None:
    """Return for which half minute this is the code, near the present one; None when it is no code of *secret*."""
    import pyotp

    digits = "".join(code.split())
    if not secret or len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    app, present = pyotp.TOTP(secret, interval=STEP), int(time.time()) // STEP
    steps = range(present - DRIFT, present + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(app.generate_otp(step), digits)), None)


def _object(person: Person) -> str:
    return f"{Person.__tablename__}:{person.id}"


def _flaw(pointer: str, detail: str) -> Invalid:
    return Invalid(detail, flaws=[Flaw(pointer, detail)])
