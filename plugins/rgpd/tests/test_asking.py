"""Other plugins are asked inside savepoints; one of them may refuse."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.rgpd import Demand, Erasure, People, Subject
from dihya_rgpd.asking import Plugins
from sqlalchemy import text
from sqlalchemy.orm import Session


@pytest.fixture
def refusing(make_app, canary_plugin, seed_person):
    """An application in which one plugin refuses to erase one of two people."""
    keeper = SimpleNamespace(__doc__="Keeps.", __name__="keeper", keeps="")

    @hookimpl(trylast=True)
    def on_rgpd_erase(subject, demand):
        if subject.key == keeper.keeps:
            return Erasure("canary_people", retained=1, reason="the last administrator", refused=True)
        return []

    keeper.on_rgpd_erase = on_rgpd_erase
    canary = canary_plugin()
    app = make_app("rgpd", plugins={"canary": canary, "keeper": keeper})
    with app.act("seed") as act:
        people = [seed_person(act.session, name)[0] for name in ("tin", "ada")]
    keeper.keeps = people[0]
    return SimpleNamespace(app=app, canary=canary, people=people)


def subjects(keys):
    return [Subject("canary_people", key, "canary") for key in keys]


def test_whom_a_plugin_refuses_keeps_everything(refusing):
    """Nothing of the refused subject goes, in no table, and the answer is incomplete with plugin and reason."""
    with refusing.app.act("erase") as act:
        outcome = act.get(People).fulfil(subjects(refusing.people[:1]))
    assert [(part.plugin, part.reason) for part in outcome.failed] == [("keeper", "the last administrator")]
    assert [(one.source, one.removed, one.retained, one.refused) for one in outcome.erasures] == [
        ("canary_people", 0, 1, True)
    ]
    with refusing.app.act("look") as act:
        assert act.session.scalar(text("SELECT count(*) FROM canary_lines WHERE wish LIKE 'Canary-tin%'")) == 1


def test_the_others_of_the_demand_are_erased(refusing):
    """A refusal of one subject leaves the erasure of another one of the same demand alone."""
    with refusing.app.act("erase") as act:
        outcome = act.get(People).fulfil(subjects(refusing.people))
    assert not outcome.complete
    with refusing.app.act("look") as act:
        left = act.session.scalars(text("SELECT wish FROM canary_lines")).all()
    assert len(left) == 1 and left[0].startswith("Canary-tin")


def test_what_other_plugins_did_to_the_refused_is_undone(refusing):
    """Rows that a plugin removed before another one refused are there again, those of other subjects are gone."""

    @hookimpl(tryfirst=True)
    def on_rgpd_erase(subject, demand):
        wish = "Canary-tin%" if subject.key == refusing.people[0] else "Canary-ada%"
        get(Session).execute(text("DELETE FROM canary_lines WHERE wish LIKE :wish"), {"wish": wish})
        return Erasure("lines", removed=1)

    refusing.app.hooks.hook_caller.register("eager", SimpleNamespace(on_rgpd_erase=on_rgpd_erase, __doc__="x"))
    refusing.app.hooks.hook_caller.freeze()
    with refusing.app.act("erase") as act:
        asked = Plugins(act.session, refusing.app.hooks)
        answers, refused = asked.erase(dict.fromkeys(subjects(refusing.people), Demand("d1", "erase")))
        left = act.session.scalars(text("SELECT wish FROM canary_lines")).all()
    assert [subject.key for subject in refused] == refusing.people[:1]
    assert sorted(plugin for plugin, _ in answers) == ["canary", "eager", "keeper"]
    assert len(left) == 1 and left[0].startswith("Canary-tin")
