"""Objections at the desk: from the request to the decision, on pages and over REST, by whoever may."""

from __future__ import annotations

import re

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Purpose

HTML = {"Accept": "text/html", "Accept-Language": "en"}
FIGURES = "canary.figures"


@pytest.fixture
def app(make_app, canary_plugin, seed_person):
    """An application with REST, pages, one person, and a plugin with one purpose."""
    plugin = canary_plugin()
    plugin.PURPOSES = (Purpose("figures", Text("Figures of the year", "Chiffres"), "legitimate_interest"),)
    made = make_app("rgpd", "console", "routes", "i18n", "static", plugins={"canary": plugin})
    with made.act("seed") as act:
        made.tin = seed_person(act.session, "tin")
    return made


def said(app, **more):
    """Return what the form of an objection sends."""
    subject, address = f"canary_people:{app.tin[0]}", app.tin[1]["email"]
    return {"subject": subject, "identifier": address, "purpose": FIGURES, **more}


def sent(client, path, data):
    """Post a form as browsers do: by 307 they send it on to the page that the answer names."""
    answer = client.post(path, data=data, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (307, "/rgpd/person")
    return client.post("/rgpd/person", data=data, headers=HTML).text


def noted(app):
    """Note an objection over REST; return what the answer says of it."""
    demand = {"identifier": app.tin[1]["email"], "purpose": FIGURES}
    return app.client("dpo").post("/api/v1/rgpd/objections/note", json=demand).json["items"][0]


def test_a_request_leads_to_the_person_with_its_purpose_chosen(app):
    """The form holds what the person wrote; the objection names the request."""
    client = app.client("dpo")
    asked = {
        "who": "Tin",
        "email": app.tin[1]["email"],
        "asks": "objection",
        "wish": "Leave me out.",
        "objects_to": "Chiffres",
    }
    id = client.post("/api/v1/rgpd/requests", json=asked).json["id"]
    page = client.get(f"/rgpd/requests/{id}", headers=HTML).text
    assert "Note the objection" in page and "Figures of the year" in page
    (form,) = [each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if "Note the objection" in each]
    form = dict(re.findall(r'type="hidden" name="(identifier|request|purpose|grounds)" value="([^"]*)"', form))
    assert form | {"identifier": form["identifier"].lower()} == {
        "identifier": asked["email"].lower(),
        "request": id,
        "purpose": FIGURES,
        "grounds": "Leave me out.",
    }
    page = client.post("/rgpd/person", data=form, headers=HTML).text
    assert ">Leave me out.</textarea>" in page and f'value="{FIGURES}" selected' in page
    sent(client, "/rgpd/objection/note", said(app, request=id))
    (item,) = client.get("/api/v1/rgpd/objections").json["items"]
    assert (item["request_id"], item["state"]) == (id, "weighed")


def test_an_objection_is_noted_and_decided_on_the_page_of_the_person(app):
    """Each answer is the same page with what stands now, and with what is wrong where nothing was done."""
    client = app.client("dpo")
    page = sent(client, "/rgpd/objection/note", said(app, grounds="I live in a village."))
    assert "The objection is noted." in page and "being weighed" in page and "I live in a village." in page
    id = client.get("/api/v1/rgpd/objections").json["items"][0]["id"]
    page = sent(client, "/rgpd/objection/decide", said(app, id=id, decision="rejected", reasons="no"))
    assert "compelling grounds weigh more" in page and "being weighed" in page
    page = sent(client, "/rgpd/objection/decide", said(app, id=id, decision="upheld"))
    assert "The objection is upheld." in page and "upheld: not used" in page


def test_an_objection_is_noted_and_decided_over_rest(app):
    """By the person's identifier, which stands in no address."""
    item = noted(app)
    assert item["state"] == "weighed"
    decision = {"id": item["id"], "upheld": False, "reasons": "The law asks for these figures."}
    client = app.client("dpo")
    assert client.post("/api/v1/rgpd/objections/decide", json=decision).json["state"] == "rejected"
    assert client.post("/api/v1/rgpd/objections/decide", json=decision).status_code == 409
    gone = {"id": app.tin[0], "upheld": True}
    assert client.post("/api/v1/rgpd/objections/decide", json=gone).status_code == 404


def test_an_objection_is_upheld_and_ended_from_the_list(app):
    """Ending asks first; what is over is not ended twice."""
    noted(app)
    client = app.client("dpo")
    (item,) = client.get("/api/v1/rgpd/objections").json["items"]
    assert "Figures of the year" in client.get("/rgpd/objections/", headers=HTML).text
    client.post("/rgpd/objections/actions/uphold", data={"ids": item["id"]}, headers=HTML)
    assert client.get("/api/v1/rgpd/objections").json["items"][0]["state"] == "upheld"
    end = {"ids": item["id"], "confirmed": "1"}
    client.post("/rgpd/objections/actions/take_back", data=end, headers=HTML)
    assert client.get("/api/v1/rgpd/objections").json["items"][0]["state"] == "ended"
    client.post("/rgpd/objections/actions/take_back", data=end, headers=HTML)
    assert "does not stand any more" in client.get("/rgpd/objections/", headers=HTML).text


def test_the_menu_says_how_many_objections_are_weighed(app):
    """To whoever may see them."""
    from dihya_rgpd.counting import weighed

    noted(app)
    with app.act("count"):
        assert weighed() == 1


def test_others_neither_note_nor_decide_nor_see(app):
    """Auditors read objections and write none; users and strangers do neither."""
    assert app.client("auditeur").get("/api/v1/rgpd/objections").status_code == 200
    for client, status in ((app.client("auditeur"), 403), (app.client("user"), 403), (app.client(), 401)):
        for path in ("note", "decide"):
            assert client.post(f"/rgpd/objection/{path}", data=said(app)).status_code == status
            assert client.post(f"/api/v1/rgpd/objections/{path}", json={}).status_code == status
    assert app.client("user").get("/api/v1/rgpd/objections").status_code == 403
