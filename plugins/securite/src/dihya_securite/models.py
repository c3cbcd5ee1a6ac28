"""The tables of the securite plugin: people, and the proofs by which they are recognised."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import ClassVar

from dihya_hookspecs.data import Model, Record, impersonal, key, personal
from dihya_hookspecs.fields import UTCDateTime
from dihya_hookspecs.scopes import Own
from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, String, Uuid, select
from sqlalchemy.orm import Mapped, MappedSQLExpression, column_property

_SIGNING_IN = (
    "letting people sign in and act under their own name",
    "permettre à chacun de se connecter et d’agir en son nom",
)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Person(
    Record,
    subject="id",
    purpose=_SIGNING_IN,
    basis="contract",
    retention="account",
    title=("People", "Personnes"),
    singular=("person", "personne"),
):
    """Somebody who may sign in."""

    __tablename__ = "securite_people"

    email: Mapped[str] = personal(
        "contact.email", String(254), unique=True, label=("E-mail address", "Adresse électronique")
    )
    name: Mapped[str] = personal("name", String(120), default="", label=("Name", "Nom"))
    last_seen: ClassVar[MappedSQLExpression[date | None]]
    password_hash: Mapped[str] = personal(
        "authorization.password", String(255), secret=True, label=("Password", "Mot de passe")
    )
    roles: Mapped[list[str]] = personal("job_title", JSON, default=list, label=("Roles", "Rôles"))
    active: Mapped[bool] = personal("account", Boolean, default=True, label=("Account open", "Compte ouvert"))
    must_change_password: Mapped[bool] = personal(
        "account",
        Boolean,
        default=False,
        label=("One-time password", "Mot de passe à usage unique"),
    )
    password_expires_at: Mapped[datetime | None] = personal(
        "account",
        UTCDateTime(),
        nullable=True,
        label=("End of the one-time password", "Fin du mot de passe à usage unique"),
    )
    second_factor: Mapped[bool] = personal("account", Boolean, default=False, label=("Second factor", "Second facteur"))


class SignIn(
    Model,
    subject="person_id",
    purpose=_SIGNING_IN,
    basis="contract",
    retention="90d",
    audited=False,
    title=("Sessions in browsers", "Sessions dans des navigateurs"),
    singular=("session in a browser", "session dans un navigateur"),
):
    """A session of a browser, under the digest of its cookie. Not audited row by row: sign-in and sign-out are acts of their own."""

    __tablename__ = "securite_sessions"

    id: Mapped[str] = personal("authorization.credentials", String(64), primary_key=True, secret=True)
    person_id: Mapped[uuid.UUID] = personal(
        "unique_id",
        Uuid,
        ForeignKey("securite_people.id", ondelete="CASCADE"),
        index=True,
        label=("Person", "Personne"),
    )
    browser: Mapped[str] = personal("device", String(60), default="", label=("Browser", "Navigateur"))
    created_at: Mapped[datetime] = personal("behavior", UTCDateTime(), default=now, label=("Since", "Depuis"))
    seen_at: Mapped[datetime] = personal(
        "behavior", UTCDateTime(), default=now, label=("Last used", "Dernière utilisation")
    )
    confirmed_at: Mapped[datetime] = personal(
        "behavior", UTCDateTime(), default=now, label=("Password last given", "Dernière saisie du mot de passe")
    )
    expires_at: Mapped[datetime] = personal("behavior", UTCDateTime(), label=("Ends", "Fin"))


class LastSeen(
    Model,
    subject="person_id",
    purpose=("noticing accounts that nobody uses any more", "repérer les comptes que plus personne n’utilise"),
    basis="legitimate_interest",
    retention="1y after seen_on",
    audited=False,
    title=("Last visits", "Dernières visites"),
    singular=("last visit", "dernière visite"),
):
    """The day on which somebody was last here. Not audited: a sign of life, written once a day."""

    __tablename__ = "securite_last_seen"

    person_id: Mapped[uuid.UUID] = personal(
        "unique_id",
        Uuid,
        ForeignKey("securite_people.id", ondelete="CASCADE"),
        primary_key=True,
        label=("Person", "Personne"),
    )
    seen_on: Mapped[date] = personal("behavior", Date, label=("Last seen", "Dernière visite"))


Person.last_seen = column_property(
    select(LastSeen.seen_on).where(LastSeen.person_id == Person.id).correlate_except(LastSeen).scalar_subquery(),
    info=dict(LastSeen.seen_on.info),
)
"""The day of the last visit, for lists of people; it is kept apart, because it is known for another purpose."""


class TokenFamily(
    Model,
    subject="person_id",
    purpose=_SIGNING_IN,
    basis="contract",
    retention="90d",
    audited=False,
    title=("Sessions of programs", "Sessions de programmes"),
    singular=("session of a program", "session d’un programme"),
):
    """What descends from one sign-in over the API. Not audited row by row: issue, reuse and end are recorded as acts."""

    __tablename__ = "securite_token_families"

    id: Mapped[uuid.UUID] = key()
    person_id: Mapped[uuid.UUID] = personal(
        "unique_id",
        Uuid,
        ForeignKey("securite_people.id", ondelete="CASCADE"),
        index=True,
        label=("Person", "Personne"),
    )
    turn: Mapped[int] = personal("behavior", Integer, default=0, label=("Times renewed", "Nombre de renouvellements"))
    created_at: Mapped[datetime] = personal("behavior", UTCDateTime(), default=now, label=("Since", "Depuis"))
    confirmed_at: Mapped[datetime] = personal(
        "behavior", UTCDateTime(), default=now, label=("Password last given", "Dernière saisie du mot de passe")
    )
    expires_at: Mapped[datetime] = personal("behavior", UTCDateTime(), label=("Ends", "Fin"))
    revoked_at: Mapped[datetime | None] = personal(
        "behavior", UTCDateTime(), nullable=True, label=("Ended early", "Fin anticipée")
    )


class ApiKey(
    Model,
    subject="person_id",
    purpose=_SIGNING_IN,
    basis="contract",
    retention="account",
    audited=False,
    title=("API keys", "Clés d’API"),
    singular=("API key", "clé d’API"),
):
    """A key for programs. Not audited row by row, since each use is noted: creation and end are recorded as acts."""

    __tablename__ = "securite_keys"
    __scope__ = Own("person_id")

    id: Mapped[uuid.UUID] = key()
    person_id: Mapped[uuid.UUID] = personal(
        "unique_id",
        Uuid,
        ForeignKey("securite_people.id", ondelete="CASCADE"),
        index=True,
        label=("Person", "Personne"),
    )
    title: Mapped[str] = personal("content", String(120), label=("Title", "Titre"))
    prefix: Mapped[str] = personal("unique_id", String(16), label=("Begins with", "Commence par"))
    digest: Mapped[str] = personal(
        "authorization.credentials", String(64), unique=True, secret=True, label=("Key", "Clé")
    )
    scopes: Mapped[list[str]] = personal("account", JSON, default=list, label=("Permissions", "Permissions"))
    created_at: Mapped[datetime] = personal("behavior", UTCDateTime(), default=now, label=("Since", "Depuis"))
    expires_at: Mapped[datetime] = personal("account", UTCDateTime(), label=("Ends", "Fin"))
    used_at: Mapped[datetime | None] = personal(
        "behavior", UTCDateTime(), nullable=True, label=("Last used", "Dernière utilisation")
    )


class Authenticator(
    Model,
    subject="person_id",
    purpose=_SIGNING_IN,
    basis="contract",
    retention="account",
    audited=False,
    title=("Apps for second factors", "Applications de second facteur"),
    singular=("app for a second factor", "application de second facteur"),
):
    """An app that makes codes for signing in. Not audited row by row, since each use is noted: adding and removing are acts."""

    __tablename__ = "securite_authenticators"

    id: Mapped[uuid.UUID] = key()
    person_id: Mapped[uuid.UUID] = personal(
        "unique_id",
        Uuid,
        ForeignKey("securite_people.id", ondelete="CASCADE"),
        index=True,
        label=("Person", "Personne"),
    )
    title: Mapped[str] = personal("content", String(120), label=("Title", "Titre"))
    secret: Mapped[str] = personal(
        "authorization.credentials", String(255), secret=True, label=("Secret (sealed)", "Secret (scellé)")
    )
    last_step: Mapped[int] = personal(
        "behavior", Integer, label=("Half minute of the last code", "Demi-minute du dernier code")
    )
    created_at: Mapped[datetime] = personal("behavior", UTCDateTime(), default=now, label=("Since", "Depuis"))
    used_at: Mapped[datetime] = personal(
        "behavior", UTCDateTime(), default=now, label=("Last used", "Dernière utilisation")
    )


class RecoveryCode(
    Model,
    subject="person_id",
    purpose=_SIGNING_IN,
    basis="contract",
    retention="account",
    audited=False,
    title=("Recovery codes", "Codes de secours"),
    singular=("recovery code", "code de secours"),
):
    """A code on paper for who has lost the app; it works once. Not audited row by row: making and using them are acts."""

    __tablename__ = "securite_recovery_codes"

    digest: Mapped[str] = personal(
        "authorization.credentials", String(64), primary_key=True, secret=True, label=("Code", "Code")
    )
    person_id: Mapped[uuid.UUID] = personal(
        "unique_id",
        Uuid,
        ForeignKey("securite_people.id", ondelete="CASCADE"),
        index=True,
        label=("Person", "Personne"),
    )


class Failure(
    Model,
    audited=False,
    title=("Failed sign-ins", "Connexions échouées"),
    singular=("count of failed sign-ins", "compte de connexions échouées"),
):
    """Failed sign-ins from one network to one account. Not audited: a counter; each failure is recorded as an act."""

    __tablename__ = "securite_failures"

    id: Mapped[str] = impersonal(
        "a pseudonymous fingerprint of account and network, keyed with a secret outside the database; it is kept for one day "
        "after the last failure",
        String(64),
        primary_key=True,
    )
    count: Mapped[int] = impersonal("failures in a row", Integer, default=0)
    last_at: Mapped[datetime] = impersonal("when the last one was; the row goes one day later", UTCDateTime())
