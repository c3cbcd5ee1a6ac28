"""People and their roles: nobody gives themselves a role."""

from __future__ import annotations

import threading

import pytest
from dihya_hookspecs import Invalid, Refused, hookimpl
from dihya_hookspecs.access import OPERATOR, Actor, Permission, Role
from dihya_hookspecs.i18n import Text
from dihya_securite.keys import Keys
from dihya_securite.service import Directory
from dihya_securite.sessions import Sessions
from dihya_securite.tokens import Tokens


class trade:
    """A plugin with a role of its trade that may manage people, but not roles."""

    @hookimpl
    def register_permissions():
        return [
            Role("trade:secretaire", Text("Secretary", "Secrétaire")),
            Permission("trade:read", Text("See", "Voir"), ("trade:secretaire",)),
        ]


def actor(id: str, *roles: str) -> Actor:
    """Somebody signed in."""
    return Actor(id, "Tin", frozenset(roles))


def person(app, id: str):
    """The stored person."""
    with app.act() as act:
        return act.get(Directory).get(id)


def test_addresses_are_stored_lower_case_and_once(place, add):
    """The same address in other letters is taken; what is no address is refused; nothing is quoted."""
    app = place()
    id = add(app, " Tin@Example.ORG ")
    assert person(app, id).email == "tin@example.org"
    for email, status in (("TIN@example.org", 409), ("nobody", 422), ("a@b@c", 422), ("", 422), ("a b@c.d", 422)):
        with app.act() as act, pytest.raises(Invalid) as caught:
            act.get(Directory).create(OPERATOR, email)
        assert caught.value.status == status and caught.value.flaws[0].pointer == "/email"
        assert not email or email.lower() not in caught.value.message


def test_names_are_trimmed_and_limited(place, add):
    """Control characters and runs of blanks become one blank; more than 120 characters are refused and not stored."""
    app = place()
    id = add(app, "tin@example.org")
    with app.act() as act:
        people = act.get(Directory)
        assert people.rename(OPERATOR, id, "  Tin\r\n\x1b[31m  Hinan ").name == "Tin [31m Hinan"
        with pytest.raises(Invalid):
            people.rename(OPERATOR, id, "x" * 121)
    assert person(app, id).name == "Tin [31m Hinan"


def test_without_roles_somebody_is_a_user(place, add):
    """No role means ``user``; whoever has a role of a trade has that one alone."""
    app = place(plugins={"trade": trade})
    assert person(app, add(app, "a@example.org")).roles == ["user"]
    assert person(app, add(app, "b@example.org", "trade:secretaire")).roles == ["trade:secretaire"]
    assert person(app, add(app, "c@example.org", "auditeur")).roles == ["auditeur"]


@pytest.mark.parametrize("roles", [["admni"], ["guest"], ["admin", "root"], [""]])
def test_unknown_roles_are_refused(place, add, roles):
    """Only registered roles can be given; ``guest`` is nobody's."""
    app = place()
    with app.act() as act, pytest.raises(Invalid, match="unknown role"):
        act.get(Directory).create(OPERATOR, "tin@example.org", roles=roles)


def test_only_who_may_give_roles_creates_somebody_with_roles(place, add):
    """Creating somebody with a role needs ``securite:roles``: nobody registers an administrator."""
    app = place()
    with app.act() as act:
        people = act.get(Directory)
        for giver in (actor("x", "user"), actor("x", "dpo"), actor("x", "auditeur")):
            with pytest.raises(Refused):
                people.create(giver, "new@example.org", roles=["admin"])
        people.create(actor("x", "user"), "new@example.org", roles=["user"])


@pytest.mark.parametrize("roles", [["admin"], ["user"], ["admin", "dpo"], []])
def test_nobody_changes_their_own_roles(place, add, roles):
    """Not even an administrator, neither up nor down, neither signed in nor with a key."""
    app = place()
    id = add(app, "tin@example.org", "admin")
    add(app, "other@example.org", "admin")
    for kind in ("person", "key"):
        oneself = Actor(id, "Tin", frozenset({"admin"}), kind)
        with app.act(actor=oneself) as act, pytest.raises(Refused) as caught:
            act.get(Directory).change_roles(oneself, id, roles)
        assert caught.value.code == "own-roles"
    assert person(app, id).roles == ["admin"]


def test_a_change_of_roles_ends_sessions_and_tokens(place, add):
    """Nothing that was signed in before outlives a change of roles."""
    app = place()
    id = add(app, "tin@example.org")
    with app.act() as act:
        tin = act.get(Directory).get(id)
        cookie, _ = act.get(Sessions).begin(tin)
        pair = act.get(Tokens).issue(tin)
    with app.act() as act:
        act.get(Directory).change_roles(OPERATOR, id, ["dpo"])
    with app.act() as act:
        assert act.get(Sessions).known(cookie) is None
        with pytest.raises(Refused):
            act.get(Tokens).known(pair.access_token)
    assert [one.facts for one in app.trail if one.action == "securite.roles_changed"] == [
        {"before": "user", "after": "dpo"}
    ]


def test_one_active_administrator_remains(place, add):
    """The last one can neither lose the role nor be closed; with a second one both are possible."""
    app = place()
    id = add(app, "tin@example.org", "admin")
    for act_on in (
        lambda people: people.change_roles(OPERATOR, id, ["user"]),
        lambda people: people.set_active(OPERATOR, id, False),
    ):
        with app.act() as act, pytest.raises(Invalid) as caught:
            act_on(act.get(Directory))
        assert caught.value.status == 409 and caught.value.code == "last-administrator"
    other = add(app, "other@example.org", "admin")
    with app.act() as act:
        act.get(Directory).set_active(OPERATOR, id, False)
    with app.act() as act, pytest.raises(Invalid):
        act.get(Directory).set_active(OPERATOR, other, False)


def test_two_administrators_cannot_dismiss_each_other_at_once(place, add):
    """Of two changes at the same moment that would leave nobody, the second waits, looks again, and is refused."""
    app = place()
    first, second = add(app, "a@example.org", "admin"), add(app, "b@example.org", "admin")
    begun, outcome = threading.Event(), []

    def dismiss_first() -> None:
        try:
            with app.act() as act:
                act.get(Directory).get(first)
                begun.set()
                act.get(Directory).change_roles(OPERATOR, first, ["user"])
        except Invalid as error:
            outcome.append(error.code)

    other = threading.Thread(target=dismiss_first)
    with app.act() as act:
        act.get(Directory).change_roles(OPERATOR, second, ["user"])
        other.start()
        assert begun.wait(10)
    other.join(10)
    assert outcome == ["last-administrator"] and person(app, first).roles == ["admin"]


def test_who_may_not_give_roles_cannot_take_an_administrator_over(place, add):
    """Renaming, closing and resetting the password of somebody with a role above ``user`` need ``securite:roles``."""
    app = place()
    admin, plain = add(app, "admin@example.org", "admin"), add(app, "plain@example.org")
    add(app, "second@example.org", "admin")
    lesser = actor("x", "user")
    with app.act(actor=lesser) as act:
        people = act.get(Directory)
        for attempt in (
            lambda: people.reset_password(lesser, admin), lambda: people.set_active(lesser, admin, False),
            lambda: people.rename(lesser, admin, "x"), lambda: people.change_roles(lesser, plain, ["admin"]),
        ):  # fmt: skip
            with pytest.raises(Refused):
                attempt()
        people.reset_password(lesser, plain)


def test_a_reset_password_ends_everything_and_must_be_changed(place, add):
    """Sessions, tokens and keys end with a reset."""
    app = place()
    id = add(app, "tin@example.org")
    with app.act() as act:
        tin = act.get(Directory).get(id)
        cookie, _ = act.get(Sessions).begin(tin)
        _, key = act.get(Keys).create(actor(id, "user"), "k", ["securite:account"])
    with app.act() as act:
        act.get(Directory).reset_password(OPERATOR, id)
    with app.act() as act:
        assert act.get(Directory).get(id).must_change_password and act.get(Sessions).known(cookie) is None
        with pytest.raises(Refused):
            act.get(Keys).known(key)


def test_nobody_closes_their_own_account_as_administrator(place, add):
    """An administrator cannot lock themselves out."""
    app = place()
    id = add(app, "tin@example.org", "admin")
    add(app, "other@example.org", "admin")
    with app.act() as act, pytest.raises(Refused):
        act.get(Directory).set_active(actor(id, "admin"), id, False)


def test_a_first_administrator_is_made_once(place):
    """Where there is nobody, one administrator is made with a one-time password; never a second."""
    app = place()
    with app.act() as act:
        password = act.get(Directory).first_administrator(OPERATOR)
    with app.act() as act:
        people = act.get(Directory)
        assert len(password) > 20 and people.first_administrator(OPERATOR) == ""
        (id,) = people.administrators()
        admin = people.get(id)
        assert admin.must_change_password and admin.email == "admin@dihya.local"


def test_no_event_quotes_a_person(place, add, sign_in):
    """Neither address nor name nor password nor hash appears in what is remembered."""
    app = place()
    id = add(app, "tin@example.org", "admin")
    sign_in(app, "tin@example.org")
    sign_in(app, "tin@example.org", "a wrong password")
    sign_in(app, "nobody@example.org", "a wrong password")
    with app.act(actor=OPERATOR) as act:
        act.get(Directory).reset_password(OPERATOR, id)
    text = repr(app.trail)
    assert "example.org" not in text and "argon2" not in text and "quatre mots" not in text and "wrong" not in text


def test_an_address_that_no_database_takes_is_nobodys(place):
    """An address with a NUL character finds nobody, on every engine."""
    with place().act() as act:
        assert act.get(Directory).by_email("tin\0@example.org") is None


@pytest.mark.parametrize(
    "email", ["x<script>alert(1)</script>@e.x", "a@a.!", "a@x.org.", f"{'a' * 65}@x.org", "a@[::1]"]
)
def test_what_no_mail_server_takes_is_no_address(place, email):
    """Markup, dots at the end, signs in the domain and long names are refused."""
    with place().act() as act, pytest.raises(Invalid):
        act.get(Directory).create(OPERATOR, email)
