"""Roles and permissions of the application."""

from __future__ import annotations

from dihya_hookspecs.access import Access, Actor
from dihya_securite.pages import PAGES
from dihya_securite.permissions import PERMISSIONS


def test_people_and_roles_are_for_administrators_only(place):
    """Every other base role lacks both permissions, and has an account."""
    with place().act() as act:
        access = act.get(Access)
        for role in ("dpo", "auditeur", "user"):
            actor = Actor("1", "Tin", frozenset({role}))
            assert not access.decide(actor, "securite:people") and not access.decide(actor, "securite:roles")
            assert access.decide(actor, "securite:account")
        assert not access.decide(None, "securite:account")
        assert not access.decide(Actor("1", "x", frozenset({"guest"})), "securite:keys")


def test_pages_ask_for_permissions_of_ours():
    """The menu shows a page only to whom the page opens."""
    assert {page.permission for page in PAGES} <= {one.name for one in PERMISSIONS}
