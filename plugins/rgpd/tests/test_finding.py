"""Who is known by an identifier."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Incomplete, Invalid, hookimpl
from dihya_hookspecs.rgpd import People, Subject


def subjects_of(world, who):
    return [Subject("canary_people", who[0], "canary")]


def test_a_person_is_found_by_what_identifies_them(world):
    """An e-mail address in any case, a phone number however it is spaced, and an opaque id lead to the person."""
    identity, canaries = world.tin
    with world.app.act("find") as act:
        people = act.get(People)
        expected = subjects_of(world, world.tin)
        assert people.find(canaries["email"].upper()) == expected
        assert people.find(f"  {canaries['email']} ") == expected
        assert people.find(canaries["phone"].replace("-", " ")) == expected
        assert people.find(identity) == expected
        assert people.find(canaries["name"].upper().replace("-", " ")) == expected
        for other in (canaries["password_hash"], canaries["email"][:-1], "%", "0", "\0"):
            assert people.find(other) == []
        with pytest.raises(Invalid):
            people.find("  ")


def test_a_plugin_may_know_people_by_other_means(make_app):
    """What find_subject answers is added, and a plugin that fails is named."""

    @hookimpl
    def find_subject(identifier):
        if identifier == "broken":
            raise OSError("away")
        return Subject("other_people", "7", "other") if identifier == "seven" else []

    app = make_app("rgpd", plugins={"other": SimpleNamespace(find_subject=find_subject, __doc__="x", __name__="other")})
    with app.act("find") as act:
        assert act.get(People).find("seven") == [Subject("other_people", "7", "other")]
        found = act.get(People).look_up("broken")
        assert found.subjects == [] and isinstance(found.failed[0], Incomplete) and found.failed[0].plugin == "other"
