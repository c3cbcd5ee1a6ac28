"""One's own data in a browser."""

from __future__ import annotations

import io
import json
import zipfile

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def unpack(answer):
    """Return the files of a download, as text."""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_account_page_leads_to_ones_own_data(club):
    """A card on it, with how many requests wait."""
    page = club.tin[1].get("/securite/account/", headers=HTML).text
    assert "/rgpd/mine/" in page and "waits for an answer" not in page
    club.tin[1].post("/rgpd/mine/requests", data={"asks": "access"})
    assert "1 request waits for an answer" in club.tin[1].get("/securite/account/", headers=HTML).text
    assert "waits for an answer" not in club.ada[1].get("/securite/account/", headers=HTML).text


def test_the_page_says_what_is_held_where_why_and_how_long(club):
    """No value stands on it, and the rights stand beside their legal basis."""
    page = club.tin[1].get("/rgpd/mine/", headers=HTML).text
    assert "People" in page and "as long as the account" in page and "contract" in page
    assert "tin@example.org" not in page.partition("<main")[2] and "The rights on these data" in page


def test_the_page_says_which_rights_hold_on_nothing(club):
    """They can be asked all the same: the form offers every right."""
    page = club.tin[1].get("/rgpd/mine/", headers=HTML).text
    assert "hold on none of the data above: " in page and "Consent withdrawn (article 7). You may ask" in page
    assert page.count("<option") == 7


def test_a_request_stands_among_all_and_its_answer_comes_back(club):
    """The officer answers in the list of requests; the person reads it, and nobody else does."""
    answer = club.tin[1].post("/rgpd/mine/requests", data={"asks": "erasure", "wish": "forget my canary"}, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rgpd/mine/#requests")
    officer = club.app.client("dpo")
    (one,) = officer.get("/api/v1/rgpd/requests").json["items"]
    assert (one["who"], one["asks"], one["wish"]) == ("Tin", "erasure", "forget my canary")
    assert "an account" in officer.get("/rgpd/requests/", headers=HTML).text
    said = {"state": "refused", "answer": "the law keeps your invoices"}
    assert officer.patch(f"/api/v1/rgpd/requests/{one['id']}", json=said, headers={"If-Match": "*"}).status_code == 200
    page = club.tin[1].get("/rgpd/mine/", headers=HTML).text
    assert "the law keeps your invoices" in page and "Refused" in page and "closed on" in page
    assert "the law keeps" not in club.ada[1].get("/rgpd/mine/", headers=HTML).text


def test_an_answer_that_is_being_written_is_not_shown(club):
    """It is the person's once the request is closed."""
    club.tin[1].post("/rgpd/mine/requests", data={"asks": "access"})
    officer = club.app.client("dpo")
    (one,) = officer.get("/api/v1/rgpd/requests").json["items"]
    officer.patch(f"/api/v1/rgpd/requests/{one['id']}", json={"state": "under_way", "answer": "a draft"}, headers={"If-Match": "*"})  # fmt: skip
    page = club.tin[1].get("/rgpd/mine/", headers=HTML).text
    assert "Under way" in page and "a draft" not in page


def test_a_wrong_request_comes_back_with_what_was_typed(club):
    """A sentence says what is wrong, and nothing is kept."""
    answer = club.tin[1].post("/rgpd/mine/requests", data={"asks": "magic", "wish": "abracadabra"}, headers=HTML)
    assert answer.status_code == 422 and "abracadabra" in answer.text and 'role="alert"' in answer.text
    assert club.app.client("dpo").get("/api/v1/rgpd/requests").json["items"] == []


def test_one_downloads_ones_own_data(club):
    """The account, and the requests sent from it, in one's own words; nothing of anybody else."""
    club.tin[1].post("/rgpd/mine/requests", data={"asks": "access", "wish": "canary of Tin"})
    club.ada[1].post("/rgpd/mine/requests", data={"asks": "access", "wish": "canary of Ada"})
    files = unpack(club.tin[1].post("/rgpd/mine/export"))
    content = "".join(files.values())
    assert "tin@example.org" in content and "canary of Tin" in content
    assert "ada@example.org" not in content and "canary of Ada" not in content and club.ada[0] not in content


def test_one_takes_along_what_rests_on_consent_or_contract(club):
    """The request is kept by law, so that it stays."""
    club.tin[1].post("/rgpd/mine/requests", data={"asks": "access", "wish": "canary of Tin"})
    files = unpack(club.tin[1].post("/rgpd/mine/export", data={"portable": "1"}))
    assert "tin@example.org" in "".join(files.values()) and "canary of Tin" not in "".join(files.values())
    assert "rgpd_requests.wish" in json.loads(files["manifest.json"])["left_out"]["legal_obligation"]


def test_a_download_asks_for_the_password_again(club):
    """Who found an open browser does not take the data of its owner along."""
    stale = club.app.client("user", id=club.tin[0], confirmed=False)
    answer = stale.post("/rgpd/mine/export", headers={"Accept": "text/html", "Referer": "http://localhost/rgpd/mine/"})
    assert "/securite/account/confirm?next=%2Frgpd%2Fmine%2F" in answer.headers["Location"]
    assert stale.get("/rgpd/mine/", headers=HTML).status_code == 200


def test_nobody_unknown_reaches_the_page(club):
    """Each address of it asks to sign in."""
    for method, path in (("get", "/rgpd/mine/"), ("post", "/rgpd/mine/export"), ("post", "/rgpd/mine/requests")):
        assert getattr(club.app.client(), method)(path).status_code == 401


def test_what_one_does_with_ones_own_data_is_in_the_log(club):
    """Looking, downloading and asking, under one's own id and without a word of what was asked."""
    club.tin[1].get("/rgpd/mine/")
    club.tin[1].post("/rgpd/mine/export")
    club.tin[1].post("/rgpd/mine/requests", data={"asks": "access", "wish": "canary of Tin"})
    mine = [event for event in club.app.trail if event.actor == club.tin[0]]
    assert {"rgpd.looked", "rgpd.taken", "rgpd.export", "insert"} <= {event.action for event in mine}
    assert "canary of Tin" not in repr(club.app.trail)
