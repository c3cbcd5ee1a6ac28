"""Records and lists as papers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from dihya_console import printing
from dihya_hookspecs.resources import Query

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def member(app: Any, demo: Any) -> str:
    """The path of a member with three fees, which are 37.50 together; a second member has one of 100."""
    members, fees = (resource.service for resource in demo.register_resources())
    with app.act() as act:
        one, two = (
            act.get(members).add({"name": name, "plan": "reduced", "active": True, "note": ""})
            for name in ("Tin", "Ana")
        )
        for who, label, amount in ((one, "a", "10"), (one, "b", "20"), (one, "c", "7.50"), (two, "d", "100")):
            act.get(fees).add({"label": label, "member_id": who.id, "amount": Decimal(amount)})
        return f"/demo/members/{one.id}"


def test_a_record_leads_to_its_paper(app: Any, member: str) -> None:
    """Whoever may read it has the button."""
    assert f'href="{member}/print"' in app.client("user").get(member, headers=HTML).text


def test_a_paper_has_the_brand_the_caption_and_no_frame(make_app: Any, demo: Any) -> None:
    """No menu, no foot and no account stand on what is handed over."""
    said = {"console": {"name": "Les Amis"}}
    client = make_app("console", "i18n", "static", plugins={"demo": demo}, config=said).client("admin", name="Ines")
    path = client.post("/demo/members/new", data={"name": "Tin", "plan": "full"}).headers["Location"]
    page = client.get(f"{path}/print", headers=HTML).text
    assert "<strong>Les Amis</strong>" in page and "<h1>Tin</h1>" in page
    assert 'class="side"' not in page and "<footer" not in page and "Ines" not in page


def test_a_paper_says_when_it_was_printed(app: Any, member: str) -> None:
    """As the reader writes a day."""
    page = app.client("user").get(f"{member}/print", headers={"Accept-Language": "fr"}).text
    assert re.search(r"Imprimé le \d{1,2} \w+ \d{4}", page)


def test_what_belongs_to_a_record_is_a_table_with_sums_and_currency(app: Any, member: str) -> None:
    """Only what belongs to it is listed and added up, and the record itself is no column."""
    page = app.client("user").get(f"{member}/print", headers=HTML).text
    assert page.count('<th scope="row"') == 4 and "€37.50" in page and "€100.00" not in page
    assert ">Member</th>" not in page


def test_a_paper_that_leaves_records_out_says_so(app: Any, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum is that of all of them."""
    monkeypatch.setattr(printing, "MOST_LINES", 2)
    page = app.client("user").get(f"{member}/print", headers=HTML).text
    assert "the total counts all of them" in page and "€37.50" in page


def test_a_paper_hides_what_its_reader_does_not_see(app: Any, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hidden column stands neither among the facts nor on the card."""
    monkeypatch.setattr("dihya_console.records.Desk.hidden", lambda desk: frozenset({"plan"}))
    for path in (f"{member}/print", f"{member}/card"):
        assert "Reduced" not in app.client("user").get(path, headers=HTML).text


def test_a_list_is_printed_as_it_is_narrowed(app: Any, member: str) -> None:
    """All of its pages at once, with what it was asked, and the export is recorded."""
    page = app.client("user").get("/demo/fees/print?amount:ge=15&q=&limit=1", headers=HTML)
    assert page.status_code == 200 and page.text.count('<th scope="row"') == 3  # two fees and their sum
    assert "<dt>Amount from</dt><dd>€15.00</dd>" in page.text and "€120.00" in page.text
    assert [event.facts["format"] for event in app.trail if event.action == "demo.exported"] == ["paper"]


def test_a_list_leads_to_its_paper_with_the_same_question(app: Any, member: str) -> None:
    """The place in the list is left behind."""
    page = app.client("user").get("/demo/fees/?sort=-label&q=a", headers=HTML).text
    assert 'href="/demo/fees/print?sort=-label&amp;q=a"' in page


def test_a_list_that_is_too_long_for_paper_is_refused(app: Any, member: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a word, before anything is written."""
    monkeypatch.setattr(printing, "MOST_ROWS", 3)
    assert app.client("user").get("/demo/fees/print", headers=HTML).status_code == 422


def test_a_card_has_the_name_and_the_first_facts_alone(app: Any, member: str) -> None:
    """A record's own page leads to it by way of the paper; what is empty takes no room."""
    client = app.client("user")
    assert f'href="{member}/card"' in client.get(f"{member}/print", headers=HTML).text
    page = client.get(f"{member}/card", headers=HTML).text
    assert "<h1>Tin</h1>" in page and "<dt>Fee</dt><dd>Reduced</dd>" in page and "<dt>E-mail</dt>" not in page


@pytest.mark.parametrize("paper", ["print", "card"])
def test_nothing_on_a_paper_is_a_link(app: Any, demo: Any, member: str, paper: str) -> None:
    """What a record refers to is said by its name: nobody follows a link on paper, and on a card it would be too small to touch."""
    _members, fees = (resource.service for resource in demo.register_resources())
    with app.act() as act:
        fee = act.get(fees).find(Query()).items[0].id
    page = app.client("user").get(f"/demo/fees/{fee}/{paper}", headers=HTML).text
    _tools, _article, printed = page.partition("<h1")
    assert "Ana" in printed and "<a " not in printed


def test_papers_are_for_who_may_read(app: Any, member: str) -> None:
    """A stranger signs in first, and whoever may not read is refused."""
    for path in ("/demo/fees/print", f"{member}/print", f"{member}/card"):
        assert app.client().get(path).status_code == 401 and app.client("nobody").get(path).status_code == 403
