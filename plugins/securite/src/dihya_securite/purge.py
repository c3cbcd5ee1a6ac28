"""A plugin that is gone for good leaves no right behind, which a later one of its name would inherit."""

from __future__ import annotations

from dihya_hookspecs.acts import current
from sqlalchemy import String, cast, select

from .models import ApiKey, Person
from .recent import IdentityCache


def forget(plugin: str) -> None:
    """Take the plugin's roles from people and its permissions from keys; both count with the commit."""
    act, own = current(), f"{plugin}:"
    session, like = act.session, f'%"{own}%'
    for person in session.scalars(select(Person).where(cast(Person.roles, String).like(like))):
        person.roles = [role for role in person.roles if not role.startswith(own)]
    for key in session.scalars(select(ApiKey).where(cast(ApiKey.scopes, String).like(like))):
        key.scopes = [scope for scope in key.scopes if not scope.startswith(own)]
    act.get(IdentityCache).forget_with(session)
