"""The desk's own lists, given by one declaration."""

from __future__ import annotations

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def app(make_app, canary_plugin, seed_person):
    """An application with REST, pages and one person."""
    plugin = canary_plugin()
    made = make_app("rgpd", "console", "routes", "i18n", "static", plugins={"canary": plugin})
    with made.act("seed") as act:
        made.tin = seed_person(act.session, "tin")
    return made


def demand(app, path, **more):
    """Make a demand about the person."""
    subjects = [{"table": "canary_people", "key": app.tin[0]}]
    answer = app.client("dpo").post(f"/api/v1/rgpd/{path}", json={"subjects": subjects, **more})
    assert answer.status_code in (200, 201), answer.text


def test_demands_are_listed_in_words_and_filtered(app):
    """By kind and state, as pages and over REST; they name nobody."""
    demand(app, "exports")
    demand(app, "erasures")
    client = app.client("dpo")
    page = client.get("/rgpd/receipts/", headers=HTML).text
    assert "Erasure" in page and "Export" in page and page.count("Answered") >= 1
    assert client.get("/rgpd/receipts/?kind=erase", headers=HTML).text.count('<th scope="row"') == 1
    rest = client.get("/api/v1/rgpd/receipts?kind=erase").json["items"]
    assert [item["kind"] for item in rest] == ["erase"]
    assert client.get(f"/rgpd/receipts/{rest[0]['id']}", headers=HTML).status_code == 200
    assert client.get(f"/api/v1/rgpd/receipts/{rest[0]['id']}").json["kind"] == "erase"
    assert b"erase" not in client.get("/rgpd/receipts.csv", headers=HTML).data


@pytest.mark.parametrize("place", ["receipts", "legal_holds"])
@pytest.mark.parametrize("rule", ["new", "import", "template.xlsx"])
def test_nobody_writes_these_lists(app, place, rule):
    """There is no form, no import and no POST."""
    client = app.client("admin")
    assert client.get(f"/rgpd/{place}/{rule}", headers=HTML).status_code == 404
    assert client.post(f"/api/v1/rgpd/{place}", json={}).status_code == 405
    assert f"/rgpd/{place}/{rule}" not in client.get(f"/rgpd/{place}/", headers=HTML).text


def test_holds_are_released_from_their_list(app):
    """By who may, after a question, and told to the audit by the action's name."""
    demand(app, "holds", reason="a claim is open")
    client = app.client("dpo")
    page = client.get("/rgpd/legal_holds/", headers=HTML).text
    assert "a claim is open" in page and "Release" in page
    id = client.get("/api/v1/rgpd/legal_holds").json["items"][0]["id"]
    question = client.post("/rgpd/legal_holds/actions/release", data={"ids": id}, headers=HTML).text
    assert "The data can be erased then." in question
    assert client.get("/api/v1/rgpd/holds").json["items"]
    client.post("/rgpd/legal_holds/actions/release", data={"ids": id, "confirmed": "1"}, headers=HTML)
    assert client.get("/api/v1/rgpd/holds").json["items"] == []
    assert [event.object for event in app.trail if event.action == "rgpd.release"] == [f"rgpd_holds:{id}"]


def test_others_see_nothing(app):
    """Neither users nor strangers."""
    for place in ("/rgpd/receipts/", "/rgpd/legal_holds/", "/api/v1/rgpd/receipts"):
        assert app.client("user").get(place).status_code == 403
        assert app.client().get(place).status_code == 401
    assert app.client("user").post("/rgpd/legal_holds/actions/release", data={}).status_code == 403
