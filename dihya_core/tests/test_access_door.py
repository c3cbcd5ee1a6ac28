"""Who may do what by permission and role alone: default deny, and a refusal in words."""

import pytest
from dihya_hookspecs.access import OPERATOR, SIGNED_IN, SYSTEM, Actor, Permission, Role
from dihya_hookspecs.i18n import Text


@pytest.fixture
def access(make_app, plugin):
    """The rights of an application with four permissions."""

    def register_permissions():
        words = Text("a", "b")
        return [Permission("p:all", words, ("guest",)), Permission("p:user", words, ("user",)),
                Permission("p:own", words, (SIGNED_IN,)), Role("p:cook", words)]  # fmt: skip

    return make_app(plugins={"p": plugin(register_permissions)}).flask.access


def code(access, actor, permission):
    decision = access.decide(actor, permission)
    return None if decision else decision.code


def test_what_is_not_registered_is_refused(access):
    """Even an administrator is refused what nobody registered."""
    assert code(access, Actor("a", "A", frozenset({"admin"})), "p:other") == "refused"


def test_guests_may_what_guests_may(access):
    """What guests may, everybody may, signed in or not."""
    assert code(access, None, "p:all") is None
    assert code(access, None, "p:user") == "sign-in"


def test_roles_decide(access):
    """The roles of an actor decide, and not the name."""
    assert code(access, Actor("a", "A", frozenset({"user"})), "p:user") is None
    assert code(access, Actor("user", "user", frozenset()), "p:user") == "role"


@pytest.mark.parametrize("roles", [("user",), ("p:cook",), ("dpo",), ()])
def test_what_is_for_whoever_is_signed_in_asks_for_no_role(access, roles):
    """A shared role, one of a plugin alone, or none: whoever is signed in may."""
    decision = access.decide(Actor("a", "A", frozenset(roles)), "p:own")
    assert decision and decision.reason == "whoever is signed in may"


def test_what_is_for_whoever_is_signed_in_is_for_nobody_else(access):
    """Who is not known signs in first, and a guest too."""
    assert [code(access, who, "p:own") for who in (None, Actor("g", "G", frozenset({"guest"})))] == ["sign-in"] * 2


def test_a_key_does_what_is_for_whoever_is_signed_in_within_its_scopes(access):
    """A key is its person's, and has the rights that it was given."""
    keys = [Actor("k", "K", frozenset({"user"}), "key", frozenset({scope})) for scope in ("p:own", "p:user")]
    assert [code(access, key, "p:own") for key in keys] == [None, "scope"]


def test_a_refusal_says_in_words_what_is_missing_and_who_can_give_it(make_app, plugin):
    """The right's own sentence and the titles of the roles, for the reader's language too; no name of a machine."""

    def register_permissions():
        return [
            Permission("p:read", Text("read the log", "lire le journal"), ("admin", "p:cook")),
            Role("p:cook", Text("Cook", "Cuisinier")),
        ]

    access = make_app(plugins={"p": plugin(register_permissions)}).flask.access
    decision = access.decide(Actor("a", "A", frozenset({"user"})), "p:read")
    assert decision.reason == (
        "you lack a right: read the log; it comes with the role Administrator or P – Cook, which an administrator can give you"
    )
    assert {name: text.fr for name, text in decision.params.items()} == {
        "right": "lire le journal",
        "roles": "Administrateur ou P – Cuisinier",
    }
    assert access.decide(None, "p:read").reason == "sign in first; a right is needed: read the log"


def test_scopes_only_narrow(access):
    """A key can do no more than its owner, and no more than it was made for."""
    assert code(access, Actor("a", "A", frozenset({"user"}), "key", frozenset({"p:all"})), "p:user") == "scope"
    assert code(access, Actor("a", "A", frozenset(), "key", frozenset({"p:user"})), "p:user") == "role"


def test_the_machine_may(access):
    """Whoever runs commands on it could change the database anyway."""
    assert code(access, OPERATOR, "p:user") is None
    assert code(access, SYSTEM, "p:user") is None


def test_permissions_and_roles_are_told_apart(access):
    """Both come from one hook; the shared roles exist without any plugin."""
    assert {name for name in access.permissions() if name.startswith("p:")} == {"p:all", "p:own", "p:user"}
    assert set(access.roles()) == {"admin", "dpo", "auditeur", "user", "guest", "p:cook"}


def test_permissions_are_built_once(access):
    """They are built again once what plugins answered changes."""
    assert access.permissions() is access.permissions()
