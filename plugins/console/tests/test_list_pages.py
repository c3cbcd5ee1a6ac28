"""The way through a list, and what it says of its place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dihya_console import list_pages
from dihya_hookspecs.access import SYSTEM

from .conftest import Member

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def sixty(app: Any) -> Any:
    """A reader of sixty members, in a plan for each half."""
    with app.act(actor=SYSTEM) as act:
        act.session.add_all(
            Member(name=f"M{number:02}", email=None, plan="full" if number % 2 else "reduced", active=True, note="")
            for number in range(60)
        )
    return app.client("user")


def way(page: str, rel: str) -> str:
    """The address behind "Next page" or "Previous page", empty where there is none."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return "/demo/members/" + found[1].replace("&amp;", "&") if found else ""


def names(page: str) -> list[str]:
    return re.findall(r">(M\d\d)</a></th>", page)


def test_a_list_goes_back_to_where_it_came_from(sixty: Any) -> None:
    """Order and search stay, and the first page has nothing before it."""
    first = sixty.get("/demo/members/?q=m&sort=-name", headers=HTML).text
    second = sixty.get(way(first, "next"), headers=HTML).text
    assert names(second) == [f"M{number:02}" for number in range(9, -1, -1)] and not way(second, "next")
    again = sixty.get(way(second, "prev"), headers=HTML).text
    assert names(again) == names(first) and not way(again, "prev") and way(again, "next")
    assert "before=" not in way(again, "next") and 'name="before"' not in again


def test_a_page_says_where_it_stands(sixty: Any) -> None:
    """Among how many, of those that the filter finds."""
    first = sixty.get("/demo/members/?limit=20", headers=HTML).text
    assert "1–20 of 60 records" in first
    assert "21–40 of 60 records" in sixty.get(way(first, "next"), headers=HTML).text
    half = sixty.get("/demo/members/?plan=full&limit=20", headers=HTML).text
    assert "21–30 of 30 records" in sixty.get(way(half, "next"), headers=HTML).text
    assert "30 records" in sixty.get("/demo/members/?plan=full&limit=30", headers=HTML).text


def test_a_long_list_is_not_counted_to_its_end(sixty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit it says that there are more, and no place."""
    monkeypatch.setattr(list_pages, "COUNTED", 25)
    first = sixty.get("/demo/members/?limit=20", headers=HTML).text
    assert "1–20 of more than 25 records" in first
    second = sixty.get(way(first, "next"), headers=HTML).text
    assert "21–40 of more than 25 records" in second
    assert "more than 25 records" in (third := sixty.get(way(second, "next"), headers=HTML).text) and "41–" not in third


@pytest.mark.parametrize(("rel", "left"), [("next", "M00"), ("prev", "M59")])
def test_where_nothing_is_left_the_list_is_shown_from_where_something_stands(
    sixty: Any, app: Any, rel: str, left: str
) -> None:
    """The rows of the next page, or of the one before, were removed meanwhile."""
    page = sixty.get("/demo/members/", headers=HTML).text
    page = page if rel == "next" else sixty.get(way(page, "next"), headers=HTML).text
    with app.act(actor=SYSTEM) as act:
        for member in act.session.query(Member).filter(Member.name != left):
            act.session.delete(member)
    answer = sixty.get(way(page, rel), headers=HTML, follow_redirects=True)
    assert answer.status_code == 200 and names(answer.text) == [left]


def test_records_are_offered_by_name_to_who_may_read_them(sixty: Any, app: Any) -> None:
    """Twenty at most, and no more than the words find; nobody else learns a name."""
    everyone = sixty.get("/demo/members/names").json
    assert len(everyone["items"]) == 20 and everyone["more"] is True
    some = sixty.get("/demo/members/names?q=m0").json
    assert [one["name"] for one in some["items"]] == [f"M0{number}" for number in range(10)] and some["more"] is False
    assert sixty.get(f"/demo/members/{some['items'][0]['id']}").status_code == 200
    assert app.client().get("/demo/members/names").status_code == 401
    assert sixty.get("/demo/members/names?q=" + "a+" * 30).status_code == 422


def fees(client: Any, *amounts: str) -> None:
    id = client.get("/demo/members/names").json["items"][0]["id"]
    for number, amount in enumerate(amounts):
        answer = client.post("/demo/fees/new", data={"label": f"F{number}", "member_id": id, "amount": amount})
        assert answer.status_code == 303


def foot(page: str) -> str:
    found = re.search(r"<tfoot.*?</tfoot>", page, re.S)
    return re.sub(r"<[^>]+>", "|", found[0]) if found else ""


def test_a_list_says_the_sum_of_all_that_it_finds(sixty: Any, app: Any) -> None:
    """Of every page, narrowed as the list is; an empty list says none."""
    admin = app.client("admin")
    assert foot(admin.get("/demo/fees/", headers=HTML).text) == ""
    fees(admin, "10.50", "20.25", "1.25")
    said = foot(admin.get("/demo/fees/", headers=HTML).text)
    assert "|Total|" in said and "|€32.00|" in said
    said = foot(admin.get("/demo/fees/?limit=1&label:ne=F2", headers=HTML).text)
    assert "|Total of all pages|" in said and "|€30.75|" in said
    assert foot(admin.get("/demo/members/", headers=HTML).text) == ""


def test_a_column_that_is_hidden_has_no_sum(sixty: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the heading nor the number is there."""
    from .conftest import Fees

    admin = app.client("admin")
    fees(admin, "10.50")
    monkeypatch.setattr(Fees, "hidden", lambda self, model=None: frozenset({"amount"}))
    page = admin.get("/demo/fees/", headers=HTML).text
    assert foot(page) == "" and "10.5" not in page


def test_a_search_says_where_it_looks(sixty: Any) -> None:
    """The labels of the columns stand in the box until somebody types."""
    page = sixty.get("/demo/members/", headers={"Accept-Language": "fr"}).text
    assert re.search(r"placeholder=\"[^\"]*", page)[0] == 'placeholder="Nom, Courriel'


def test_what_is_added_in_a_narrowed_list_belongs_there(app: Any) -> None:
    """The way to a new fee of one member fills the member in."""
    client = app.client("admin")
    client.post("/demo/members/new", data={"name": "Tin", "plan": "full"})
    member = re.search(r'/demo/members/([0-9a-f-]{36})"', client.get("/demo/members/", headers=HTML).text)[1]
    page = client.get(f"/demo/fees/?member_id={member}", headers=HTML).text
    (way,) = re.findall(r'href="(/demo/fees/new[^"]*)"', page)
    assert way == f"/demo/fees/new?member_id={member}"
    assert re.search(rf'<option value="{member}" selected>', client.get(way, headers=HTML).text)


def test_the_row_of_somebody_who_was_erased_is_told_from_others(app: Any) -> None:
    """Where nothing personal is left, the link of each row still says something, and never the same twice."""
    with app.act(actor=SYSTEM) as act:
        act.session.add_all(Member(name="", email=None, plan="full", active=False, note="") for _ in range(2))
    page = app.client("user").get("/demo/members/", headers=HTML).text
    links = re.findall(r'<th[^>]*scope="row"[^>]*><a href="[^"]*([0-9a-f]{8})">([^<]*)</a></th>', page)
    assert [said for _, said in links] == [f"without a name ({end})" for end, _ in links] and len(links) == 2
