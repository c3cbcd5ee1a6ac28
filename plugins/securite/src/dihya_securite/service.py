"""The people of this installation and their roles; nobody gives themselves a role."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from dihya_hookspecs import Flaw, Invalid, Refused
from dihya_hookspecs.access import Access, Actor
from dihya_hookspecs.acts import Act
from dihya_hookspecs.data import Records
from dihya_hookspecs.i18n import gettext as _
from sqlalchemy import String, cast, delete, false, inspect, select, update
from sqlalchemy.orm import Session

from .models import ApiKey, Failure, Person, SignIn, TokenFamily, now
from .passwords import Passwords, one_time
from .reach import Reach
from .recent import IdentityCache
from .settings import Settings
from .strength import demand_good

FIRST_ADMINISTRATOR = "admin@dihya.local"


class Directory(Records[Person]):
    """People: find them, add them, change their names and roles, close and open their accounts, renew their passwords.

    Every method that changes somebody takes the *actor* who does it and holds the rules: nobody changes their own
    roles, one active administrator remains, and ``Reach`` bounds what an actor does by what the actor holds.
    """

    model = Person
    search = ("email", "name")
    order = "email"

    def __init__(
        self,
        session: Session,
        passwords: Passwords,
        access: Access,
        act: Act,
        settings: Settings,
        reach: Reach,
        recent: IdentityCache,
    ) -> None:
        super().__init__(session)
        self._passwords, self._access, self._act, self._settings = passwords, access, act, settings
        self._reach, self._recent = reach, recent

    @classmethod
    def from_container(cls, svcs_container: Any) -> Directory:
        """Build the service inside an act."""
        return cls(
            *(
                svcs_container.get(needed)
                for needed in (Session, Passwords, Access, Act, Settings, Reach, IdentityCache)
            )
        )

    def check(self, record: Person) -> None:
        """Raise Invalid for an address that is none, a name that is too long, or an address that is taken."""
        record.email, record.name = checked_email(record.email), _checked_name(record.name)
        other = self.session.scalar(select(Person.id).where(Person.email == record.email))
        if other is not None and other != record.id:
            raise _flaw("/email", _("somebody with this e-mail address is already there"), "taken", 409)

    def by_email(self, email: str) -> Person | None:
        """Return the person with this address, or None."""
        if "\0" in email:  # PostgreSQL refuses even to look for it
            return None
        return self.session.scalar(select(Person).where(Person.email == normal_email(email)))

    def create(
        self, actor: Actor, email: str, name: str = "", roles: Iterable[str] = (), password: str | None = None
    ) -> tuple[Person, str | None]:
        """Add somebody. Without *password* they get a one-time one, which is returned beside them.

        Raises:
            Refused: roles are given and *actor* lacks ``securite:roles``.
        """
        wanted = self._checked_roles(roles)
        if wanted != ["user"]:
            self._reach.demand_roles(actor)
        self._reach.demand_rights(actor, wanted)
        if password is not None:
            demand_good(password, about=(email, name))
        given = password or one_time()
        hashed, must_change = self._passwords.hash(given), password is None
        person = self.add(
            {"email": email, "name": name, "roles": wanted, "active": True, "password_hash": hashed,
             "must_change_password": must_change, "password_expires_at": self._end(must_change)}
        )  # fmt: skip
        self._act.record("securite.person_added", object=_object(person), roles=" ".join(wanted))
        return person, None if password else given

    def change_roles(self, actor: Actor, id: uuid.UUID | str, roles: Iterable[str]) -> Person:
        """Give somebody exactly these roles, and end their sessions, so that nothing old outlives the change.

        Raises:
            Refused: *actor* lacks ``securite:roles``, reaches less than the account, or is the person.
            Invalid: an unknown role, or (409) nobody active would be left with the role ``admin``.
        """
        self._reach.demand_roles(actor)
        person, wanted = self.get(id), self._checked_roles(roles)
        if actor.id == str(person.id):
            raise Refused(_("nobody may change their own roles; ask another administrator"), code="own-roles")
        self._reach.demand_account(actor, person)
        self._reach.demand_rights(actor, wanted)
        if wanted == sorted(person.roles):
            return person
        if "admin" not in wanted:
            self._keep_an_administrator(person)
        before, person.roles = person.roles, wanted
        self._flush(person)
        self.sign_out_everywhere(person.id)
        self._act.record(
            "securite.roles_changed", object=_object(person), before=" ".join(before), after=" ".join(wanted)
        )
        return person

    def within_reach(self, actor: Actor, id: uuid.UUID | str) -> Person:
        """Return somebody to whose account *actor* may do something. Raises Refused for an account above the actor."""
        person = self.get(id)
        self._reach.demand_account(actor, person)
        return person

    def rename(self, actor: Actor, id: uuid.UUID | str, name: str, version: int | None = None) -> Person:
        """Change somebody's name. Raises Invalid (412) when *version* is no longer the current one."""
        person = self.get(id)
        if actor.id != str(person.id):
            self._reach.demand_account(actor, person)
        return self.change(id, {"name": name}, version)

    def set_active(self, actor: Actor, id: uuid.UUID | str, active: bool) -> Person:
        """Open or close an account; closing ends sessions, tokens and keys for good. Nobody closes their own."""
        person = self.get(id)
        self._reach.demand_account(actor, person)
        if person.active == active:
            return person
        if not active:
            if actor.id == str(person.id):
                raise Refused(_("nobody may close their own account; ask another administrator"), code="own-account")
            self._keep_an_administrator(person)
            self._end_credentials(person.id)
        person.active = active
        self._flush(person)
        self._act.record("securite.opened" if active else "securite.closed", object=_object(person))
        return person

    def reset_password(self, actor: Actor, id: uuid.UUID | str, password: str | None = None) -> str:
        """Give somebody a one-time password (or *password*), end their sessions, and return it: it is shown once."""
        person = self.get(id)
        self._reach.demand_credential(actor, person)
        if password is not None:
            demand_good(password, about=(person.email, person.name))
        given = password or one_time()
        self._set_password(person, given, must_change=True)
        self._act.record("securite.password_reset", object=_object(person))
        return given

    def choose_password(self, id: uuid.UUID | str, password: str) -> Person:
        """Set the password that somebody chose for themselves; sessions, tokens and keys end. Raises Invalid."""
        person = self.get(id)
        demand_good(password, about=(person.email, person.name))
        self._set_password(person, password, must_change=False)
        self._act.record("securite.password_changed", object=_object(person))
        return person

    def sign_out_everywhere(self, id: uuid.UUID) -> int:
        """End all sessions and tokens of somebody (not their API keys); return how many sessions there were."""
        ended = len(self.session.scalars(delete(SignIn).where(SignIn.person_id == id).returning(SignIn.id)).all())
        living = TokenFamily.person_id == id, TokenFamily.revoked_at.is_(None)
        self.session.execute(update(TokenFamily).where(*living).values(revoked_at=now()))
        self._recent.forget_with(self.session)
        self._act.record("securite.signed_out_everywhere", object=f"{Person.__tablename__}:{id}", sessions=ended)
        return ended

    def administrators(self, *, hold: bool = False) -> list[uuid.UUID]:
        """Everybody with an open account and the role ``admin``.

        Args:
            hold: keep everybody else from changing that until this act ends.
        """
        named = cast(Person.roles, String).contains('"admin"')
        found = select(Person.id, Person.roles).where(Person.active, named).order_by(Person.id)
        if hold:
            # PostgreSQL locks the rows. SQLite has one writer at a time, and a statement that could write makes this
            # act the one.
            self.session.execute(delete(Failure).where(false()))
            found = found.with_for_update()
        return [id for id, roles in self.session.execute(found) if "admin" in roles]

    def first_administrator(self, actor: Actor, email: str = FIRST_ADMINISTRATOR) -> str:
        """Where there is nobody yet, make an administrator and return the one-time password; otherwise ``""``."""
        if not nobody_yet(self.session):
            return ""
        return self.create(actor, email, "Administrator", ["admin"])[1] or ""

    def _flush(self, record: Person, stale: int = 409) -> None:
        super()._flush(record, stale)
        self._recent.forget_with(self.session)

    def _set_password(self, person: Person, password: str, *, must_change: bool) -> None:
        person.password_hash, person.must_change_password = self._passwords.hash(password), must_change
        person.password_expires_at = self._end(must_change)
        self._flush(person)
        self._end_credentials(person.id)

    def _end(self, must_change: bool) -> datetime | None:
        return now() + timedelta(days=self._settings.one_time_days) if must_change else None

    def _end_credentials(self, id: uuid.UUID) -> None:
        """End what was made with the old password: whoever knew it may have made a key with it."""
        self.sign_out_everywhere(id)
        self.session.execute(delete(ApiKey).where(ApiKey.person_id == id))

    def _checked_roles(self, roles: Iterable[str]) -> list[str]:
        wanted, known = set(roles), set(self._access.roles()) - {"guest"}
        if strange := sorted(wanted - known):
            raise _flaw("/roles", f"unknown role {strange[0][:40]!r}; one of {', '.join(sorted(known))}")
        return sorted(wanted or {"user"})

    def _keep_an_administrator(self, person: Person) -> None:
        # Two administrators who dismiss each other at the same moment must not both succeed.
        if "admin" in person.roles and person.active and self.administrators(hold=True) == [person.id]:
            raise Invalid(
                _("this is the last active administrator; name another one first"),
                code="last-administrator",
                status=409,
            )


def normal_email(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().lower()


def nobody_yet(session: Session) -> bool:
    """Tell whether there is no account, also where there are no tables yet."""
    there = inspect(session.connection()).has_table(Person.__tablename__)
    return not there or session.scalar(select(Person.id).limit(1)) is None


def checked_email(email: str) -> str:
    """Return an address as it is stored. Raises Invalid for what is none."""
    from email_validator import EmailNotValidError, validate_email  # loads tables of characters; few acts need it

    try:
        # The form is checked, not whether mail arrives. The library refuses names of a network of one's own, as in
        # admin@dihya.local; with a public ending behind it, any name of the right form is one.
        found = validate_email(f"{email.strip()}.org", check_deliverability=False, strict=True).normalized.removesuffix(
            ".org"
        )
    except EmailNotValidError:
        found = ""
    if not 3 <= len(found) <= 254:
        raise _flaw("/email", _("this is not an e-mail address; write it like name@example.org"))
    return normal_email(found)


def one_line(text: str) -> str:
    """*text* without line breaks and control characters, and with single spaces."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _checked_name(name: str) -> str:
    name = one_line(name)
    if len(name) > 120:
        raise _flaw("/name", _("the name is too long: 120 characters at most"))
    return name


def _object(person: Person) -> str:
    return f"{Person.__tablename__}:{person.id}"


def _flaw(pointer: str, detail: str, code: str = "invalid", status: int = 422) -> Invalid:
    return Invalid(detail, code=code, status=status, flaws=[Flaw(pointer, detail, code)])
