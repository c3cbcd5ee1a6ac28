"""Who owns which name."""

from __future__ import annotations

import pytest
from dihya_core.ownership import Claim, Fault, Ownership
from dihya_hookspecs.access import Actor, Permission, Role
from dihya_hookspecs.i18n import Text

WORDS = Text("a", "b")


def registering(plugin, *items):
    """Return a plugin in memory that registers these permissions and roles."""

    def register_permissions():
        return list(items)

    return plugin(register_permissions)


def states(app):
    return {info.name: (info.state, info.reason) for info in app.flask.house.all()}


@pytest.mark.parametrize(
    ("item", "whose"),
    [
        (Permission("first:read", WORDS, ("guest",)), "'first'"),
        (Role("first:boss", WORDS), "'first'"),
        (Role("admin", WORDS), "'admin'"),
        (Permission("read", WORDS), "'second:…'"),
        (Permission("second_x:read", WORDS), "'second_x'"),
    ],
)
def test_a_plugin_that_names_what_is_anothers_is_quarantined_alone(house, plugin, item, whose):
    """The reason names the plugin whose name it is; that one keeps its permission, with the roles that it gave it."""
    first = registering(plugin, Permission("first:read", WORDS), Role("first:boss", WORDS))
    app = house(plugins={"first": first, "second": registering(plugin, item, Permission("second:more", WORDS))})
    state, reason = states(app)["second"]
    assert state == "quarantined" and whose in reason and "'second" in reason
    assert states(app)["first"][0] == "active"
    assert app.flask.rights.permissions()["first:read"].roles == ("admin",)
    assert "second:more" not in app.flask.rights.permissions()
    assert app.flask.rights.denial(None, "first:read").code == "sign-in"


def test_the_order_of_names_decides_nothing(house, plugin):
    """A plugin that is called before the owner of a name is refused as one that is called after it."""
    mine = registering(plugin, Permission("middle:read", WORDS))
    for thief in ("aaa", "zzz"):
        app = house(plugins={"middle": mine, thief: registering(plugin, Permission("middle:read", WORDS, ("user",)))})
        assert states(app)[thief][0] == "quarantined"
        assert app.flask.rights.denial(Actor("x", "X", frozenset({"user"})), "middle:read")


def test_a_name_is_registered_once(house, plugin):
    """The same permission twice by one plugin is a mistake that is told, not the last one that wins."""
    app = house(plugins={"p": registering(plugin, Permission("p:x", WORDS), Permission("p:x", WORDS, ("guest",)))})
    assert "'p:x'" in states(app)["p"][1] and "already" in states(app)["p"][1]


@pytest.mark.parametrize("role", ["gardener", "other:secretary", "p:nobody", ""])
def test_a_right_is_given_to_roles_that_exist_and_are_in_reach(house, plugin, role):
    """A bare name, another plugin's role and a role that nobody registers are refused, by name."""
    plugins = {
        "other": registering(plugin, Role("other:secretary", WORDS)),
        "p": registering(plugin, Role("p:secretary", WORDS), Permission("p:x", WORDS, (role,))),
    }
    state, reason = states(house(plugins=plugins))["p"]
    assert state == "quarantined" and repr(role) in reason and "'p:x'" in reason


def test_two_trades_with_one_word_have_nobody_in_common(house, plugin):
    """A secretary of the club holds nothing at the practice."""
    plugins = {
        name: registering(
            plugin, Role(f"{name}:secretaire", WORDS), Permission(f"{name}:read", WORDS, (f"{name}:secretaire",))
        )
        for name in ("club", "cabinet")
    }
    rights = house(plugins=plugins).flask.rights
    secretary = Actor("x", "X", frozenset({"club:secretaire"}))
    assert rights.denial(secretary, "club:read") is None
    assert rights.denial(secretary, "cabinet:read").code == "refused"


def test_who_comes_first_by_rank_keeps_a_free_name():
    """The order in which names are asked for does not matter."""
    names = Ownership({"new": 2, "old": 1}.__getitem__)
    names.take("old", [Claim("command", "serve")])
    with pytest.raises(Fault, match="command 'serve', which is plugin 'old''s"):
        names.take("new", [Claim("command", "other"), Claim("command", "serve")])
    assert names.owners == {("command", "serve"): "old"}
    names.forget("old")
    names.take("new", [Claim("command", "serve")])
