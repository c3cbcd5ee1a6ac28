"""Consents at the desk: noted and withdrawn on pages and over REST, by whoever may."""

from __future__ import annotations

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Purpose
from dihya_hookspecs.slots import SlotContext

HTML = {"Accept": "text/html", "Accept-Language": "en"}
WORDS = "I want the monthly letter. I can stop it at any time."


@pytest.fixture
def app(make_app, canary_plugin, seed_person):
    """An application with REST, pages, one person, and a plugin with one purpose."""
    plugin = canary_plugin()
    plugin.PURPOSES = (Purpose("letter", Text("Monthly letter", "Lettre mensuelle"), "consent"),)
    made = make_app("rgpd", "console", "routes", "i18n", "static", plugins={"canary": plugin})
    with made.act("seed") as act:
        made.tin = seed_person(act.session, "tin")
    return made


def said(app, **more):
    """Return what the form of a consent sends."""
    subject, address = f"canary_people:{app.tin[0]}", app.tin[1]["email"]
    return {
        "subject": subject,
        "identifier": address,
        "purpose": "canary.letter",
        "words": WORDS,
        "how": "paper",
        **more,
    }


def sent(client, path, data):
    """Post a form as browsers do: by 307 they send it on to the page that the answer names."""
    answer = client.post(path, data=data, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (307, "/rgpd/person")
    return client.post("/rgpd/person", data=data, headers=HTML).text


def noted(app):
    """Note a consent over REST."""
    demand = {"identifier": app.tin[1]["email"], "purpose": "canary.letter", "words": WORDS, "how": "oral"}
    return app.client("dpo").post("/api/v1/rgpd/consents/give", json=demand)


def test_a_consent_is_noted_and_withdrawn_on_the_page_of_the_person(app):
    """Each with one button, after which the same page says what stands."""
    client = app.client("dpo")
    page = client.post("/rgpd/person", data={"identifier": app.tin[1]["email"]}, headers=HTML).text
    assert "not asked" in page and "Monthly letter" in page
    page = sent(client, "/rgpd/consent/give", said(app))
    assert "The consent is noted." in page and WORDS in page and ">Withdraw<span" in page
    page = sent(client, "/rgpd/consent/withdraw", said(app))
    assert "The consent is withdrawn." in page and ">Withdraw<span" not in page


def test_what_is_wrong_with_a_consent_stands_above_the_form_that_keeps_the_words(app):
    """Nothing is noted then."""
    client = app.client("dpo")
    for wrong, sentence in (({"on": "2099-01-01"}, "has not come yet"), ({"on": "soon"}, "is written as 2026-03-31")):
        page = sent(client, "/rgpd/consent/give", said(app, **wrong))
        assert sentence in page and f">{WORDS}</textarea>" in page
    assert client.get("/api/v1/rgpd/consents").json["items"] == []


def test_a_consent_is_noted_listed_and_withdrawn_over_rest(app):
    """By the person's identifier, which stands in no address; a second withdrawal changes nothing."""
    assert noted(app).json == {"subjects": 1}
    client = app.client("dpo")
    (item,) = client.get("/api/v1/rgpd/consents").json["items"]
    assert (item["purpose"], item["fact"], item["words"]) == ("canary.letter", "given", WORDS)
    demand = {"identifier": app.tin[1]["email"], "purpose": "canary.letter"}
    for count in (1, 0):
        assert client.post("/api/v1/rgpd/consents/withdraw", json=demand).json == {"withdrawn": count}
    (purpose,) = client.get("/api/v1/rgpd/purposes", headers={"Accept-Language": "en"}).json["items"]
    assert purpose == {"name": "canary.letter", "title": "Monthly letter", "basis": "consent", "marketing": False}


def test_a_consent_is_noted_for_the_plugin_whose_purpose_it_is(app):
    """Somebody who also stands in a table of another plugin is asked about in its own."""
    client = app.client("dpo")
    client.post("/api/v1/rgpd/requests", json={"who": "Tin", "email": app.tin[1]["email"], "asks": "access"})
    assert noted(app).json == {"subjects": 1}
    (item,) = client.get("/api/v1/rgpd/consents").json["items"]
    assert (item["subject_table"], item["subject_key"]) == ("canary_people", app.tin[0])


def test_a_consent_is_withdrawn_from_the_list(app):
    """After a question; the list names the purpose as people do, and leads to the desk for a new one."""
    noted(app)
    client = app.client("dpo")
    page = client.get("/rgpd/consents/", headers=HTML).text
    assert "Monthly letter" in page and "Note a consent" in page
    (item,) = client.get("/api/v1/rgpd/consents").json["items"]
    action = "/rgpd/consents/actions/withdraw"
    assert "stays lawful" in client.post(action, data={"ids": item["id"]}, headers=HTML).text
    client.post(action, data={"ids": item["id"], "confirmed": "1"}, headers=HTML)
    assert [one["fact"] for one in client.get("/api/v1/rgpd/consents").json["items"]] == ["withdrawn", "given"]
    again = client.post(f"/api/v1/rgpd/consents/{item['id']}/withdraw")
    assert again.status_code in (404, 405, 409)


def test_the_record_of_a_person_says_what_they_consent_to(app):
    """A record that is about nobody, and one of a plugin without a purpose, say nothing."""
    from types import SimpleNamespace

    from dihya_rgpd.slots import consents

    noted(app)
    with app.act("look"):
        record = SimpleNamespace(__tablename__="canary_people", id=app.tin[0])
        fragment = consents(SlotContext(None, plugin="canary", record=record))
        assert [(line.title, line.stands) for line in fragment.values["lines"]] == [("Monthly letter", True)]
        order = SimpleNamespace(__tablename__="canary_orders", id="1")
        assert consents(SlotContext(None, plugin="canary", record=order)) is None
        assert (
            consents(SlotContext(None, plugin="other", record=SimpleNamespace(__tablename__="canary_people", id=1)))
            is None
        )


def test_the_card_beside_a_record_withdraws_with_one_button(app):
    """Whoever may not write sees what stands, and no button."""
    client = app.client("dpo", "auditeur")
    request = client.post("/api/v1/rgpd/requests", json={"who": "Tin", "asks": "access"}).json["id"]
    demand = {
        "subjects": [{"table": "rgpd_requests", "key": request}],
        "purpose": "canary.letter",
        "words": WORDS,
        "how": "oral",
    }
    assert client.post("/api/v1/rgpd/consents/give", json=demand).status_code == 201
    page = client.get(f"/rgpd/requests/{request}", headers=HTML).text
    assert "Monthly letter" in page and 'action="/rgpd/consent/withdraw"' in page
    assert (
        'action="/rgpd/consent/withdraw"'
        not in app.client("auditeur").get(f"/rgpd/requests/{request}", headers=HTML).text
    )
    page = sent(client, "/rgpd/consent/withdraw", said(app, subject=f"rgpd_requests:{request}"))
    assert "The consent is withdrawn." in page
    assert ">withdrawn<" in client.get(f"/rgpd/requests/{request}", headers=HTML).text


def test_others_neither_note_nor_see_consents(app):
    """Auditors read them and write none; users and strangers do neither."""
    noted(app)
    assert app.client("auditeur").get("/api/v1/rgpd/consents").status_code == 200
    for client, status in ((app.client("auditeur"), 403), (app.client("user"), 403), (app.client(), 401)):
        for path in ("/rgpd/consent/give", "/rgpd/consent/withdraw"):
            assert client.post(path, data=said(app)).status_code == status
        for path in ("give", "withdraw"):
            assert client.post(f"/api/v1/rgpd/consents/{path}", json={}).status_code == status
    assert app.client("user").get("/api/v1/rgpd/consents").status_code == 403
