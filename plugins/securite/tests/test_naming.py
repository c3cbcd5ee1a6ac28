"""Names for those who know ids."""

from __future__ import annotations

import uuid

from dihya_hookspecs.access import Actor
from dihya_hookspecs.naming import Accounts


def test_names_are_for_those_who_see_people(place, add):
    """Administrators read names, and that an account is gone; others know nobody but themselves."""
    app = place()
    ann, bob, gone = add(app, "ann@example.org"), add(app, "bob@example.org"), str(uuid.uuid4())
    everybody = (ann, bob, gone, "system")
    with app.act(actor=Actor("p0", "Root", frozenset({"admin"}))) as act:
        assert act.get(Accounts).names(everybody) == {ann: "ann", bob: "bob", gone: ""}
        assert act.get(Accounts).find("bob@") == [bob] and act.get(Accounts).find(" ") == ()
        assert act.get(Accounts).table == "securite_people"
    with app.act(actor=Actor(ann, "ann", frozenset({"user"}))) as act:
        assert act.get(Accounts).names(everybody) == {ann: "ann"} and act.get(Accounts).find("bob") == ()
    with app.act() as act:
        assert act.get(Accounts).names(everybody) == {}
