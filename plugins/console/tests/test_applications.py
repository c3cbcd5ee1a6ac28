"""An application at a glance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from dihya_console import applications

PATH = "/console/applications/demo"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def services(demo: Any) -> Any:
    """The services of members and fees."""
    return [resource.service for resource in demo.register_resources()]


@pytest.fixture
def filled(app: Any, services: Any) -> Any:
    """Three members of two plans, and two fees of one of them; one fee is due in a year."""
    with app.act() as act:
        members, fees = map(act.get, services)
        first = members.add({"name": "Ada", "plan": "full", "active": True, "note": "", "joined": dt.date(2020, 1, 1)})
        for name in ("Bo", "Cy"):
            members.add({"name": name, "plan": "reduced", "active": True, "note": ""})
        year = dt.datetime.now(dt.UTC) + dt.timedelta(365)
        for label, amount, due in (("old", "10.00", None), ("next", "2.50", year)):
            fees.add({"label": label, "member_id": first.id, "amount": amount, "due": due})
    return app


def test_an_application_says_how_many_records_there_are_in_each_state(filled: Any) -> None:
    """Each state leads to its list; states of which there is none are left out."""
    page = filled.client("admin").get(PATH, headers={"Accept-Language": "fr"}).text
    assert "3 fiches" in page and "2 fiches" in page
    assert '<a href="/demo/members/?plan=reduced">Tarif réduit</a></th><td class="number">2</td>' in page
    assert '<a href="/demo/members/?plan=full">Plein tarif</a></th><td class="number">1</td>' in page
    assert 'href="/demo/members/new"' in page and "Derniers ajouts" in page


def test_who_may_not_write_is_offered_no_new_record(filled: Any) -> None:
    """Somebody who reads sees the same figures."""
    page = filled.client("user").get(PATH, headers=ENGLISH).text
    assert "3 records" in page and "/demo/members/new" not in page


def test_what_comes_next_stands_before_what_was_added(
    filled: Any, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a list is sorted by a moment; what is over, or has none, does not come next."""
    monkeypatch.setattr(services[1], "order", "-due")
    page = filled.client("admin").get(PATH, headers=ENGLISH).text
    section = page[page.index("Coming next") :]
    assert (
        ">next</a>" in section[: section.index("</section>")]
        and ">old</a>" not in section[: section.index("</section>")]
    )


def test_each_state_has_its_sums(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the columns that the list adds up."""
    monkeypatch.setattr(applications, "state_of", lambda desk: "label" if desk.resource.name == "fees" else "")
    monkeypatch.setattr("dihya_console.records.Desk.choices", lambda desk: {"label": {"old": "Old", "next": "Next"}})
    page = filled.client("admin").get(PATH, headers=ENGLISH).text
    assert '<a href="/demo/fees/?label=old">Old</a></th><td class="number">1</td><td class="number">€10.00</td>' in page


@pytest.mark.parametrize("name", ["nothing", "trust", "system", "console"])
def test_what_is_no_application_has_no_page(app: Any, name: str) -> None:
    """Whatever has no lists, and the sections that all applications share, answer 404."""
    assert app.client("admin").get(f"/console/applications/{name}").status_code == 404


def test_who_is_nobody_signs_in_first(app: Any) -> None:
    """Their lists are not for strangers."""
    assert app.client().get(PATH).status_code == 401


def test_what_somebody_may_not_see_is_not_counted(filled: Any, services: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of a state are those of the rows that the reader may see."""
    bo = services[0].model.name == "Bo"
    monkeypatch.setattr(services[0], "visible", lambda self, model, select: select.where(bo))
    page = filled.client("admin").get(PATH, headers=ENGLISH).text
    assert "1 record" in page and "?plan=full" not in page
    assert '<a href="/demo/members/?plan=reduced">Reduced</a></th><td class="number">1</td>' in page
