"""What the pages of a resource have in common."""

from __future__ import annotations

import re
from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name:contains=tin", 1),
        ("plan=full", 2),
        ("plan:in=reduced", 1),
        ("joined:is_null=true", 3),
        ("sort=-name,plan", 3),
    ],
)
def test_a_list_takes_the_same_questions_as_rest(app: Any, query: str, found: int) -> None:
    """Pages parse nothing themselves."""
    client = app.client("admin")
    for name, plan in (("Tin", "reduced"), ("Yuba", "full"), ("Ana", "full")):
        client.post("/demo/members/new", data={"name": name, "plan": plan, "active": "on"})
    page = client.get(f"/demo/members/?{query}", headers=HTML)
    assert page.status_code == 200 and page.text.count('<th scope="row"') == found


def test_a_page_needs_few_statements_whatever_its_rows(app: Any) -> None:
    """The names of forty-five references come together."""
    from sqlalchemy import event

    client = app.client("admin")
    ids = []
    for number in range(45):
        answer = client.post("/demo/members/new", data={"name": f"Member {number}", "plan": "full", "active": "on"})
        ids.append(answer.headers["Location"].rsplit("/", 1)[-1])
    for id in ids:
        client.post("/demo/fees/new", data={"label": "2026", "member_id": id, "amount": "1"})
    said: list[str] = []
    event.listen(app.engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))
    page = client.get("/demo/fees/?sort=member_id.name", headers=HTML).text
    assert page.count("Member ") >= 45
    assert len([statement for statement in said if statement.lstrip().startswith("SELECT")]) <= 6


def test_a_list_offers_to_be_narrowed(app: Any) -> None:
    """By choices, yes and no, and days; what was left empty asks nothing, and what was chosen stays chosen."""
    client = app.client("admin")
    for name, plan, joined in (("Tin", "reduced", "2026-01-31"), ("Yuba", "full", "2025-01-31"), ("Ana", "full", "")):
        client.post("/demo/members/new", data={"name": name, "plan": plan, "active": "on", "joined": joined})
    page = client.get("/demo/members/", headers=HTML).text
    assert 'name="joined:ge"' in page and '<option value="full">Full fee</option>' in page
    asked = "plan=full&active=&joined%3Age=2025-01-01&joined%3Ale="
    page = client.get(f"/demo/members/?{asked}", headers=HTML).text
    assert page.count('<th scope="row"') == 1 and "Yuba" in page and '<option value="full" selected>' in page
    assert 'value="2025-01-01"' in page


def test_a_list_is_narrowed_by_moments_and_numbers(make_app: Any, demo: Any) -> None:
    """Moments by their days as people here count them, the last one whole; numbers from and to; and the form stays open."""
    said = {"i18n": {"timezone": "Africa/Algiers"}}
    client = make_app("console", "i18n", "static", plugins={"demo": demo}, config=said).client("admin")
    client.post("/demo/members/new", data={"name": "Tin", "plan": "full"})
    member = re.search(r'/demo/members/([0-9a-f-]{36})"', client.get("/demo/members/", headers=HTML).text)[1]
    for label, amount, due in (("May", "5", "2026-05-31T23:30"), ("June", "50", "2026-06-01T00:30")):
        client.post("/demo/fees/new", data={"label": label, "member_id": member, "amount": amount, "due": due})
    page = client.get("/demo/fees/", headers=HTML).text
    assert 'type="date" id="from-due"' in page and 'type="number" step="any" id="to-amount"' in page
    page = client.get("/demo/fees/?due:ge=2026-05-01&due:le=2026-05-31&amount:ge=", headers=HTML).text
    assert ">May<" in page and ">June<" not in page and "<details open>" in page
    page = client.get("/demo/fees/?amount:ge=10&due:ge=&due:le=", headers=HTML).text
    assert ">June<" in page and ">May<" not in page
