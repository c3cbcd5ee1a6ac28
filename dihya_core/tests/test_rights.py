"""Default deny."""

import pytest
from dihya_hookspecs.access import OPERATOR, SYSTEM, Actor, Permission, Role
from dihya_hookspecs.i18n import Text


@pytest.fixture
def rights(house, plugin):
    """The rights of a house with three permissions."""

    def register_permissions():
        words = Text("a", "b")
        return [Permission("p:all", words, ("guest",)), Permission("p:user", words, ("user",)), Role("p:cook", words)]

    return house(plugins={"p": plugin(register_permissions)}).flask.rights


def code(rights, actor, permission):
    denial = rights.denial(actor, permission)
    return denial.code if denial else None


def test_what_is_not_registered_is_refused(rights):
    """Even to an administrator."""
    assert code(rights, Actor("a", "A", frozenset({"admin"})), "p:other") == "refused"


def test_guests_may_what_guests_may(rights):
    """Signed in or not."""
    assert code(rights, None, "p:all") is None
    assert code(rights, None, "p:user") == "sign-in"


def test_roles_decide(rights):
    """Not names."""
    assert code(rights, Actor("a", "A", frozenset({"user"})), "p:user") is None
    assert code(rights, Actor("user", "user", frozenset()), "p:user") == "role"


def test_a_refusal_says_in_words_what_is_missing_and_who_can_give_it(house, plugin):
    """The right's own sentence and the titles of the roles, for the reader's language too; no name of a machine."""

    def register_permissions():
        return [
            Permission("p:read", Text("read the log", "lire le journal"), ("admin", "p:cook")),
            Role("p:cook", Text("Cook", "Cuisinier")),
        ]

    rights = house(plugins={"p": plugin(register_permissions)}).flask.rights
    denial = rights.denial(Actor("a", "A", frozenset({"user"})), "p:read")
    assert denial.reason == (
        "you lack a right: read the log; it comes with the role Administrator or P – Cook, which an administrator can give you"
    )
    assert {name: text.fr for name, text in denial.params.items()} == {
        "right": "lire le journal",
        "roles": "Administrateur ou P – Cuisinier",
    }
    assert rights.denial(None, "p:read").reason == "sign in first; a right is needed: read the log"


def test_scopes_only_narrow(rights):
    """A key can do no more than its owner, and no more than it was made for."""
    assert code(rights, Actor("a", "A", frozenset({"user"}), "key", frozenset({"p:all"})), "p:user") == "scope"
    assert code(rights, Actor("a", "A", frozenset(), "key", frozenset({"p:user"})), "p:user") == "role"


def test_the_machine_may(rights):
    """Whoever runs commands on it could change the database anyway."""
    assert code(rights, OPERATOR, "p:user") is None
    assert code(rights, SYSTEM, "p:user") is None


def test_permissions_and_roles_are_told_apart(rights):
    """Both come from one hook; the shared roles exist without any plugin."""
    assert set(rights.permissions()) == {"p:all", "p:user"}
    assert set(rights.roles()) == {"admin", "dpo", "auditeur", "user", "guest", "p:cook"}
