"""What the pages of a resource have in common."""

from __future__ import annotations

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
