"""One's own data over REST."""

from __future__ import annotations

import pytest

MINE = "/api/v1/rgpd/mine"


def test_a_caller_reads_what_is_held_about_them_and_which_rights_hold(club):
    """Table by table, and basis by basis."""
    answer = club.tin[1].get(MINE).json
    tables = {one["name"]: one for one in answer["tables"]}
    assert tables["securite_people"]["rows"] == 1
    assert answer["rights"]["contract"]["portability"] == "yes"
    assert answer["requests"] == []


def test_a_caller_sends_a_request_and_follows_it(club):
    """It is theirs alone, and says by when it is answered."""
    made = club.tin[1].post(f"{MINE}/requests", json={"asks": "objection", "wish": "no letters"})
    assert made.status_code == 201 and made.json["state"] == "received" and made.json["due_on"]
    assert club.tin[1].get(MINE).json["requests"] == [made.json]
    assert club.ada[1].get(MINE).json["requests"] == []


def test_a_draft_of_an_answer_is_not_told(club):
    """An answer is told once the request is closed."""
    id = club.tin[1].post(f"{MINE}/requests", json={"asks": "access"}).json["id"]
    officer, told = club.app.client("dpo"), []
    for state in ("under_way", "answered"):
        change = {"state": state, "answer": "it is in the letter"}
        officer.patch(f"/api/v1/rgpd/requests/{id}", json=change, headers={"If-Match": "*"})
        told.append(club.tin[1].get(MINE).json["requests"][0]["answer"])
    assert told == [None, "it is in the letter"]


@pytest.mark.parametrize(
    ("body", "status"), [({"asks": "magic"}, 422), ({"asks": "access", "account": "x"}, 422), ({}, 422)]
)
def test_what_is_no_request_is_refused(club, body, status):
    """A right that is none, a field that is not the caller's to say, nothing at all."""
    assert club.tin[1].post(f"{MINE}/requests", json=body).status_code == status


def test_a_caller_downloads_their_data(club):
    """Whole, or what they take along; the name of the file says which."""
    whole, taken = (
        club.tin[1].post(f"{MINE}/export", json={}),
        club.tin[1].post(f"{MINE}/export", json={"portable": True}),
    )
    assert 'filename="export-' in whole.headers["Content-Disposition"]
    assert 'filename="portable-' in taken.headers["Content-Disposition"]


def test_a_download_wants_the_password_again_where_it_was_given_long_ago(club):
    """The answer says where it is given."""
    stale = club.app.client("user", id=club.tin[0], confirmed=False)
    answer = stale.post(f"{MINE}/export", json={})
    assert (answer.status_code, answer.json["code"]) == (401, "reauthenticate")


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", "/export"), ("post", "/requests")])
def test_nobody_unknown_is_answered(club, method, path):
    """Each address wants somebody who is signed in."""
    assert getattr(club.app.client(), method)(f"{MINE}{path}").status_code == 401
