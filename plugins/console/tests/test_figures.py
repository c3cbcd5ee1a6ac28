"""Figures of lists, and those of applications on the home page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from dihya_console import figures
from dihya_console.records import Desk
from dihya_hookspecs.access import SYSTEM
from sqlalchemy import event

ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}


def fill(app: Any, demo: Any, number: int) -> None:
    """Add so many members, each with a fee that is due in a year."""
    members, fees = (resource.service for resource in demo.register_resources())
    with app.act() as act:
        for one in range(number):
            values = {"name": f"Member {one}", "plan": ("full", "reduced")[one % 2], "active": True, "note": ""}
            due = dt.datetime.now(dt.UTC) + dt.timedelta(365)
            member = act.get(members).add(values)
            act.get(fees).add({"label": f"fee {one}", "member_id": member.id, "amount": "2.50", "due": due})


def counted(act: Any) -> list[str]:
    """The statements of an act, from now on."""
    said: list[str] = []
    event.listen(act.session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2]))
    return said


def desks(demo: Any) -> list[Desk]:
    """Those of members and fees."""
    return [Desk("demo", resource) for resource in demo.register_resources()]


def test_states_are_counted_and_added_up_with_one_statement(app: Any, demo: Any) -> None:
    """A sum for each state."""
    fill(app, demo, 3)
    with app.act(actor=SYSTEM) as act:
        statements = counted(act)
        fees = desks(demo)[1]
        found = figures.grouped(fees, "label", ["amount"])
        assert {value: (count, str(sums["amount"])) for value, (count, sums) in found.items()} == {
            f"fee {one}": (1, "2.50") for one in range(3)
        }
        assert len(statements) == 1


def test_what_a_list_leaves_out_is_not_counted(app: Any, demo: Any) -> None:
    """The figures are those of the list to which they lead."""
    fill(app, demo, 3)
    with app.act(actor=SYSTEM):
        members = desks(demo)[0]
        object.__setattr__(members.resource, "leaves_out", {"name": "Member 0"})
        try:
            assert {value: count for value, (count, _) in figures.grouped(members, "plan", []).items()} == {
                "full": 1, "reduced": 1,
            }  # fmt: skip
        finally:
            object.__setattr__(members.resource, "leaves_out", {})


@pytest.mark.parametrize("number", [1, 9])
def test_an_application_costs_six_statements_at_most(
    app: Any, demo: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """However many records it has, and though what comes next is named by what it refers to."""
    fill(app, demo, number)
    fees = desks(demo)[1].resource
    monkeypatch.setattr(fees.service, "order", "-due")
    object.__setattr__(fees, "caption", "{member_id} – {label}")
    try:
        with app.act(actor=SYSTEM) as act:
            statements = counted(act)
            found = figures.glance(desks(demo))
            assert found.ahead[1][0][0].startswith("Member ") and found.latest[1]
            assert len(statements) <= figures.STATEMENTS
    finally:
        object.__setattr__(fees, "caption", "")


def test_a_reference_that_the_reader_may_not_see_costs_no_statement_of_its_own(
    app: Any, demo: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them are looked for together, once."""
    fill(app, demo, 5)
    members, fees = demo.register_resources()
    monkeypatch.setattr(members.service, "visible", lambda self, model, select: select.where(model.id.is_(None)))
    object.__setattr__(fees, "caption", "{member_id} – {label}")
    try:
        with app.act(actor=SYSTEM) as act:
            statements = counted(act)
            figures.added(desks(demo)[1], 5, 1)
            assert len(statements) == 2
    finally:
        object.__setattr__(fees, "caption", "")


def test_home_shows_the_figures_of_an_application_before_its_tiles(app: Any, demo: Any) -> None:
    """By state, each leading to its list, and what was added last."""
    fill(app, demo, 3)
    page = app.client("user").get("/", headers=ENGLISH).text
    assert '<a href="/demo/members/?plan=full">Full fee</a></th><td class="number">2</td>' in page
    assert page.index("Added last") < page.index('class="card tile"')


def test_home_says_what_comes_next(app: Any, demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the list that is sorted by a moment, with its title."""
    fill(app, demo, 1)
    monkeypatch.setattr(demo.register_resources()[1].service, "order", "-due")
    page = app.client("user").get("/", headers=ENGLISH).text
    assert "Coming next" in page and ">fee 0</a>" in page


def test_home_of_an_empty_application_has_its_tiles_alone(app: Any) -> None:
    """Nobody reads zeros."""
    page = app.client("admin").get("/", headers=ENGLISH).text
    assert 'class="card tile" href="/demo/members/"' in page and "Added last" not in page and "0 records" not in page


def test_home_shows_nothing_of_a_list_that_one_may_not_read(app: Any, demo: Any) -> None:
    """Neither its figures nor its records."""
    fill(app, demo, 1)
    assert "Member 0" not in app.client("nobody").get("/", headers=ENGLISH).text


def test_home_stands_when_figures_fail(app: Any, demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are left out, and the tiles remain."""
    fill(app, demo, 1)

    def fail(desks: Any) -> Any:
        raise RuntimeError("no figures")

    monkeypatch.setattr(figures, "glance", fail)
    page = app.client("user").get("/", headers=ENGLISH)
    assert page.status_code == 200 and "Added last" not in page.text and 'class="card tile"' in page.text
