"""The retention runs by itself."""

from __future__ import annotations

import pytest
from dihya_hookspecs.acts import Acts
from dihya_rgpd.sweeping import sweep
from sqlalchemy import text


def orders(app):
    with app.act("look") as act:
        return act.session.scalar(text("SELECT count(*) FROM canary_orders WHERE address <> ''"))


@pytest.mark.parametrize(("switch", "left"), [(True, 1), (False, 2)])
def test_the_daily_run_follows_the_setting(make_app, canary_plugin, seed_person, switch, left):
    """What is over goes by itself, unless the setting says that somebody wants to do it by hand."""
    app = make_app("rgpd", plugins={"canary": canary_plugin()}, config={"rgpd": {"retention": switch}})
    with app.act("seed") as act:
        seed_person(act.session, "tin")
        seed_person(act.session, "ada")
        act.session.execute(text("UPDATE canary_orders SET created_at = '2015-01-01' WHERE address LIKE 'Canary-tin%'"))
    with app.act("get") as act:
        acts = act.get(Acts)
    assert sweep(acts) is False
    assert orders(app) == left


def test_the_runs_are_registered(make_app):
    """One recurring work settles erasures, one removes what is over once a day."""
    works = {work.name: work.every for _, work in make_app("rgpd").hooks.collected("register_background")}
    works = {name: every for name, every in works.items() if name.startswith("rgpd.")}
    assert works == {"rgpd.settle": 30.0, "rgpd.expire": 86400.0}
