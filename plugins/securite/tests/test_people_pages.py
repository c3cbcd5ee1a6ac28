"""People for administrators, in a browser."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Role
from dihya_hookspecs.i18n import Text


@pytest.fixture
def admin(place, add, sign_in):
    """An application, an administrator's browser, and somebody else's id."""
    app = place()
    add(app, "admin@example.org", "admin")
    return app, sign_in(app, "admin@example.org"), add(app, "tin@example.org")


def test_people_are_listed_and_searched(admin):
    """Everybody by address; a search narrows; a search for nothing says so."""
    _, client, _ = admin
    assert "tin@example.org" in client.get("/securite/people/").text
    found = client.get("/securite/people/?q=tin").text
    assert "tin@example.org" in found and "admin@example.org" not in found
    assert "No record fits" in client.get("/securite/people/?q=<b>").text


def test_somebody_is_added_with_a_one_time_password(admin, token_of, sign_in):
    """The password is shown once and opens the door; a second one with this address is refused with 409."""
    app, client, _ = admin
    form = {"csrf_token": token_of(client), "email": "New@example.org", "name": "New", "roles": ["user", "dpo"]}
    made = client.post("/securite/people/", data=form)
    given = re.search(r"<code class=\"mono\">([\w-]+)</code>", made.text)[1]
    assert made.status_code == 201 and sign_in(app, "new@example.org", given).answer.status_code == 303
    again = client.post("/securite/people/", data=form)
    assert again.status_code == 409 and "already there" in again.text and given not in again.text
    assert 'value="New@example.org"' in again.text


def test_a_role_of_a_trade_is_read_with_its_plugin(place, add, sign_in):
    """Two plugins' secretaries are told apart wherever roles are shown: list, form, page of a person, own account."""

    def trade(name):
        def register_permissions():
            return Role(f"{name}:secretaire", Text("Secretary", "Secrétaire"))

        return SimpleNamespace(register_permissions=hookimpl(register_permissions))

    app = place(plugins={name: trade(name) for name in ("club", "cabinet")})
    id = add(app, "zoe@example.org", "club:secretaire", "user")
    add(app, "tin@example.org", "admin")
    client = sign_in(app, "tin@example.org")
    people, person = client.get("/securite/people/").text, client.get(f"/securite/people/{id}").text
    assert "Club – Secretary" in people and "Cabinet – Secretary" not in people
    for page in (client.get("/securite/people/new").text, person):
        assert "<span>Club – Secretary</span>" in page and "<span>Cabinet – Secretary</span>" in page
    assert "Club – Secretary" in sign_in(app, "zoe@example.org").get("/securite/account/").text


def test_roles_are_given_and_one_s_own_are_not(admin, token_of):
    """Another person gets roles; the own page offers none, and a forged form is refused."""
    _, client, id = admin
    token = token_of(client)
    assert client.post(f"/securite/people/{id}/roles", data={"csrf_token": token, "roles": ["dpo"]}).status_code == 303
    assert "Data protection officer" in client.get("/securite/people/").text
    me = client.get("/api/v1/securite/me").json["id"]
    assert f"/securite/people/{me}/roles" not in client.get(f"/securite/people/{me}").text
    assert (
        client.post(f"/securite/people/{me}/roles", data={"csrf_token": token, "roles": ["admin"]}).status_code == 403
    )


def test_an_account_is_closed_opened_renamed_and_given_a_password(admin, token_of):
    """Each change is seen on the page."""
    _, client, id = admin
    url = f"/securite/people/{id}"
    post = lambda path, **form: client.post(f"{url}/{path}", data={"csrf_token": token_of(client), **form})  # noqa: E731
    post("active", active="no")
    assert "Open the account" in client.get(url).text
    post("active", active="yes")
    assert "Close the account" in client.get(url).text
    post("name", name="Tin Hinan")
    assert "<h1>Tin Hinan</h1>" in client.get(url).text
    assert (
        re.search(r"(\w{4}-){4}\w{4}", post("password").text)
        and "One-time" not in client.get(url).text.split("<h2>")[0]
    )


@pytest.mark.parametrize("id", ["0", "x", "018f0000-0000-7000-8000-000000000000"])
def test_who_is_not_there_is_not_found(admin, id):
    """Unknown and malformed identifiers get 404."""
    assert admin[1].get(f"/securite/people/{id}").status_code == 404


@pytest.mark.parametrize("role", ["user", "dpo", "auditeur"])
def test_people_are_for_administrators(place, role):
    """Others are refused on every address, and change nothing."""
    app = place()
    client = app.client(role)
    for path in ("/securite/people/", "/securite/people/x", "/securite/people/new", "/securite/people.csv"):
        assert client.get(path).status_code == 403
    for path in ("", "x/name", "x/roles", "x/active", "x/password"):
        assert client.post(f"/securite/people/{path}").status_code == 403


def test_administrators_see_when_somebody_was_last_here_and_end_their_sessions(admin, sign_in, token_of):
    """The day, in the list and on the page; nobody who may not manage people ends anything."""
    app, client, id = admin
    theirs = sign_in(app, "tin@example.org")
    today = dt.datetime.now(dt.UTC).date()
    assert str(today.year) in re.search(r"tin@example.org.*?</tr>", client.get("/securite/people/").text, re.DOTALL)[0]
    number = re.search(
        rf"/securite/people/{id}/sessions/([0-9a-f]{{16}})/end", client.get(f"/securite/people/{id}").text
    )[1]
    url = f"/securite/people/{id}/sessions/{number}/end"
    assert theirs.post(url, data={"csrf_token": token_of(theirs)}).status_code == 403
    assert client.post(url, data={"csrf_token": token_of(client)}).status_code == 303
    assert theirs.get("/api/v1/securite/me").status_code == 401
    assert client.post(url, data={"csrf_token": token_of(client)}).status_code == 404
    ended = [event for event in app.trail if event.action == "securite.sessions_ended"]
    assert [event.object for event in ended] == [f"securite_people:{id}"]


def test_roles_say_what_they_allow_where_one_gives_them(admin):
    """In the sentences of the permissions, for the new and the old."""
    _, client, id = admin
    for page in (client.get("/securite/people/new").text, client.get(f"/securite/people/{id}").text):
        assert "<li>give people roles</li>" in page and "What it allows" in page
