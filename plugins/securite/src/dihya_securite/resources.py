"""People and keys as lists like any other: searched, filtered, sorted, taken along, asked for over REST.

Nobody writes one by a form: what is done to an account has rules of its own, which actions and pages of this plugin hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import get
from dihya_hookspecs.data import Records, action
from dihya_hookspecs.fields import labels_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from pydantic import BaseModel

from .identity import signed_in
from .keys import Keys
from .models import ApiKey, LastSeen, Person
from .service import Directory


class PersonFilters(BaseModel):
    """What a list of people is narrowed by; nobody writes one here."""

    active: bool = True
    must_change_password: bool = False
    second_factor: bool = False
    last_seen: dt.date | None = None


class KeyFilters(BaseModel):
    """A list of keys is searched and sorted; nobody writes one here."""


class People(Directory):
    """The people, and what is done to several of them at once."""

    @action(
        "close",
        ("Close the account", "Fermer le compte"),
        confirm=(
            "Close these accounts? Their sessions, tokens and API keys end for good.",
            "Fermer ces comptes ? Leurs sessions, leurs jetons et leurs clés d’API prennent fin pour de bon.",
        ),
        many=True,
        permission="securite:people",
        confirmed=True,
    )
    def close(self, record: Person) -> None:
        """Nobody signs in with it; the last administrator and oneself stay."""
        self.set_active(signed_in(), record.id, False)

    @action("open", ("Open the account", "Ouvrir le compte"), many=True, permission="securite:people", confirmed=True)
    def open(self, record: Person) -> None:
        """The same password counts again."""
        self.set_active(signed_in(), record.id, True)

    @action(
        "end_sessions",
        ("End all sessions", "Mettre fin à toutes les sessions"),
        many=True,
        permission="securite:people",
        confirmed=True,
    )
    def end_sessions(self, record: Person) -> None:
        """Signed out in every browser and program; API keys stay."""
        self.sign_out_everywhere(self.within_reach(signed_in(), record.id).id)


class OwnKeys(Records[ApiKey]):
    """The API keys of whoever asks; the rule of the table leaves out everybody else's."""

    model = ApiKey
    search = ("title", "prefix")

    @action(
        "remove",
        ("Remove", "Supprimer"),
        confirm=(
            "Remove these API keys? Programs that use them are refused from then on.",
            "Supprimer ces clés d’API ? Les programmes qui s’en servent seront refusés.",
        ),
        many=True,
        permission="securite:keys",
    )
    def remove_key(self, record: ApiKey) -> None:
        """A removed key opens nothing any more."""
        get(Keys).remove(signed_in(), record.id)


def role_titles(names: Iterable[str]) -> str:
    """Return roles by their titles; one whose plugin is gone by its name."""
    known = get(Access).roles()
    return ", ".join(str(known[name].caption) if name in known else name for name in names)


def right_sentences(names: Iterable[str]) -> str:
    """Return permissions by their sentences; one whose plugin is gone by its name."""
    known = get(Access).permissions()
    return ", ".join(str(known[name].sentence) if name in known else name for name in names)


RESOURCES = (
    Resource(
        name="people",
        service=People,
        form=PersonFilters,
        read="securite:people",
        write=None,
        columns=("name", "email", "roles", "active", "second_factor", "last_seen", "created_at"),
        labels=labels_of(Person) | {"last_seen": labels_of(LastSeen)["seen_on"]},
        words={"roles": role_titles},
        page="/securite/people/{id}",
    ),
    Resource(
        name="keys",
        service=OwnKeys,
        form=KeyFilters,
        title=Text("My API keys", "Mes clés d’API"),
        read="securite:keys",
        write=None,
        columns=("title", "prefix", "scopes", "created_at", "used_at", "expires_at"),
        labels=labels_of(ApiKey),
        words={"scopes": right_sentences},
        caption="{title}",
    ),
)
