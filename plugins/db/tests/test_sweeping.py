"""What has lain in the bin for long enough is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from dihya_db.models import BinRow
from dihya_db.sweeping import empty, forget, sweep
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.resources.undoing import Undoing
from dihya_hookspecs.rgpd import Held, Subject
from sqlalchemy import func, select, update

from .harbour import Boats, Sailors

TODAY = datetime.now(UTC).date()


def number(session):
    """How many parts lie there."""
    return session.scalar(select(func.count()).select_from(BinRow))


@pytest.mark.parametrize(("days", "left"), [(30, 2), (31, 0)])
def test_it_goes_the_day_after_its_last(moored, days, left):
    """Until the last day it can be put back."""
    with moored.act(actor=SYSTEM) as act:
        Sailors(act.session).remove(moored.sailor)
        before = number(act.session)
        empty(act.session, TODAY + timedelta(days=days))
        assert number(act.session) == (before if left else 0)


def test_what_came_along_goes_with_its_record(moored):
    """Without the sailor there is nobody to whom the boat could come back."""
    with moored.act(actor=SYSTEM) as act:
        Sailors(act.session).remove(moored.sailor)
        act.session.execute(update(BinRow).where(BinRow.kind == "removed").values(ends_on=TODAY - timedelta(days=1)))
    with moored.act() as act:
        assert sweep(act.get(Acts)) is False
    with moored.act() as act:
        assert number(act.session) == 0


def test_a_plugin_that_goes_takes_its_part_along(moored):
    """What others removed stays."""
    with moored.act(actor=SYSTEM) as act:
        Boats(act.session).remove(moored.boat)
        forget("other")
        assert number(act.session)
        forget("harbour")
        assert number(act.session) == 0


def test_what_somebody_holds_stays(make_app, harbour):
    """A legal hold on a person keeps the whole entry, from the clock and from who empties the bin."""
    held = []
    keeper = SimpleNamespace(
        __name__="dihya_keeper",
        register_services=hookimpl(
            lambda registry: registry.register_value(Held, SimpleNamespace(people=lambda: list(held)))
        ),
    )
    app = make_app(plugins={"harbour": harbour, "keeper": keeper})
    with app.act(actor=SYSTEM) as act:
        sailor = Sailors(act.session).add({"name": "Ann"})
        held.append(Subject("harbour_sailors", str(sailor.id), "harbour"))
        Sailors(act.session).remove(sailor.id)
        assert empty(act.session, TODAY + timedelta(days=99)) == 0 == Undoing(Sailors(act.session)).empty()
        held.clear()
        assert Undoing(Sailors(act.session)).empty() == 1
