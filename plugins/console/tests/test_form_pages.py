"""Forms of a resource: what they offer for a reference."""

from __future__ import annotations

from typing import Any

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def test_a_reference_says_where_its_records_are_found(app: Any) -> None:
    """The script of the page asks there; a select of plain choices needs none."""
    client = app.client("admin")
    page = client.get("/demo/fees/new", headers=HTML).text
    assert 'name="member_id" required data-combobox="/demo/members/names" data-label="Member"' in page.replace(
        "  ", " "
    )
    assert "console/combobox" in page
    assert "data-combobox" not in client.get("/demo/members/new", headers=HTML).text


FEE = {"label": "2026", "amount": "24.50", "due": ""}
NEW = {"with": "member_id", "member_id.name": "Tin", "member_id.plan": "full", "member_id.active": "on"}


def members(client: Any) -> list[str]:
    return [one["name"] for one in client.get("/demo/members/names").json["items"]]


def test_a_record_is_entered_where_it_is_referred_to(app: Any) -> None:
    """The form opens inside, what was typed stays, and both are there once it is saved."""
    client = app.client("admin")
    page = client.get("/demo/fees/new", headers=HTML).text
    assert 'name="open" value="member_id" formnovalidate' in page and "New member" in page
    page = client.post("/demo/fees/new", data={**FEE, "open": "member_id"}, headers=HTML).text
    assert "<legend>Member – New member</legend>" in page and 'value="24.50"' in page
    assert 'id="member_id.name" name="member_id.name"' in page and "autofocus" in page
    assert page.index(">Save</button>") < page.index('name="close"'), "Enter would press the first button"
    assert 'id="member_id.active" name="member_id.active" value="on" checked' in page and members(client) == []
    answer = client.post("/demo/fees/new", data={**FEE, **NEW}, headers=HTML)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["Location"], headers=HTML).text
    assert "“Tin” was added." in page and "“2026” was added." in page and members(client) == ["Tin"]
    assert ">Tin</a>" in page


def test_what_is_wrong_in_either_saves_neither(app: Any) -> None:
    """Each fault stands at its field, and what was typed stays in both."""
    client = app.client("admin")
    for sent, at in (
        ({"amount": "much"}, "amount"),
        ({"member_id.name": "T"}, "member_id.name"),
        ({"member_id.name": "Nobody"}, "member_id.name"),
    ):
        answer = client.post("/demo/fees/new", data={**FEE, **NEW, **sent}, headers=HTML)
        assert answer.status_code == 422 and f'href="#{at}"' in answer.text, at
        assert f'id="{at}-error"' in answer.text and 'value="2026"' in answer.text and members(client) == []
    answer = client.post("/demo/fees/new", data={**FEE, **NEW, "member_id.name": "Anybody"}, headers=HTML)
    assert answer.status_code == 422 and "anybody is too many" in answer.text


def test_where_the_whole_is_refused_the_record_inside_is_undone(app: Any) -> None:
    """The second one of the same name would clash; no half of the form stays, and nothing says that it was added."""
    client = app.client("admin")
    first = client.post("/demo/fees/new", data={**FEE, **NEW, "member_id.email": "tin@example.org"})
    assert first.status_code == 303
    again = {**FEE, **NEW, "member_id.name": "Ana", "member_id.email": "tin@example.org"}
    answer = client.post("/demo/fees/new", data=again, headers=HTML)
    assert answer.status_code == 422 and 'href="#member_id.email"' in answer.text and members(client) == ["Tin"]
    assert "“Ana” was added" not in answer.text


def test_one_chooses_a_record_after_all(app: Any) -> None:
    """The inputs inside go, and the select comes back."""
    client = app.client("admin")
    page = client.post("/demo/fees/new", data={**FEE, **NEW, "close": "member_id"}, headers=HTML).text
    assert "<legend>" not in page and '<select id="member_id"' in page and 'value="24.50"' in page


def test_a_record_inside_is_for_who_may_write_it(app: Any, monkeypatch: Any) -> None:
    """Without the right there is no button, and what is sent all the same adds nothing."""
    from dihya_console.records import Desk

    client = app.client("admin")
    monkeypatch.setattr(Desk, "may", lambda desk, permission: permission != "demo:write")
    assert "New member" not in client.get("/demo/fees/new", headers=HTML).text
    answer = client.post("/demo/fees/new", data={**FEE, **NEW}, headers=HTML)
    assert answer.status_code == 422 and 'href="#member_id"' in answer.text and members(client) == []


def test_a_record_is_entered_while_another_is_changed(app: Any) -> None:
    """The fee moves to a member who did not exist before."""
    client = app.client("admin")
    path = client.post("/demo/fees/new", data={**FEE, **NEW}).headers["Location"]
    changed = {**FEE, **NEW, "member_id.name": "Ana", "version": "1"}
    assert client.post(f"{path}/edit", data={**changed, "open": "member_id"}, headers=HTML).status_code == 200
    answer = client.post(f"{path}/edit", data=changed, headers=HTML)
    assert answer.status_code == 303 and ">Ana</a>" in client.get(path, headers=HTML).text
