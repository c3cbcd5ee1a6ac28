"""Lists of people and keys, as any other list: page, file and REST."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_securite.keys import Keys
from dihya_securite.models import ApiKey, LastSeen, Person
from sqlalchemy import event, select

HTML = {"Accept": "text/html", "Accept-Language": "en"}
PEOPLE, URL = "/securite/people/", "/api/v1/securite/people"


def crowd(app, *numbers):
    """Add people of these numbers (as ``range`` takes them): every third account is closed, every second was here on a day of its own."""
    with app.act("crowd", actor=OPERATOR) as act:
        for each in range(*numbers):
            person = Person(email=f"p{each:03}@example.org", name=f"P{each:03}", password_hash="x", roles=["user"],
                            active=each % 3 > 0)  # fmt: skip
            act.session.add(person)
            act.session.flush()
            if each % 2:
                seen = dt.date(2025, 1, 1) + dt.timedelta(days=each)
                act.session.add(LastSeen(person_id=person.id, seen_on=seen))


@pytest.fixture
def full(place):
    """An application with sixty people, and an administrator in a browser."""
    app = place()
    crowd(app, 60)
    return app, app.client("admin", id=str(uuid.uuid4()))


def names(page):
    return re.findall(r">(P\d\d\d)</a></th>", page)


def way(page, rel):
    """The address behind "Next page" or "Previous page"."""
    return PEOPLE + re.search(rf'rel="{rel}" href="([^"]+)"', page)[1].replace("&amp;", "&")


def test_people_are_paged_forward_and_back(full):
    """By address, with the place among how many; the page before the second is the first again."""
    _, client = full
    first = client.get(PEOPLE, headers=HTML).text
    second = client.get(way(first, "next"), headers=HTML).text
    assert "1–50 of 60 records" in first and "51–60 of 60 records" in second
    assert names(second) == [f"P{each:03}" for each in range(50, 60)]
    assert names(client.get(way(second, "prev"), headers=HTML).text) == names(first)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("active=false&q=p00", ["P000", "P003", "P006", "P009"]),
        ("last_seen:ge=2025-02-26", ["P057", "P059"]),
        ("last_seen:is_null=true&q=p00", ["P000", "P002", "P004", "P006", "P008"]),
        ("sort=-last_seen&limit=2", ["P059", "P057"]),
    ],
)
def test_people_are_narrowed_and_sorted_by_what_one_asks_of_accounts(full, asked, found):
    """Closed ones, those who were not here since a day, those who never were: on the page and over REST alike."""
    _, client = full
    assert names(client.get(f"{PEOPLE}?{asked}", headers=HTML).text) == found
    assert [one["name"] for one in client.get(f"{URL}?{asked}").json["items"]] == found


def test_a_page_by_the_day_of_the_last_visit_goes_on_where_it_ended(full):
    """Who never was here comes last, and everybody once."""
    _, client = full
    asked, seen, after = {"sort": "-last_seen", "limit": "7"}, [], {}
    while after is not None:
        page = client.get(URL, query_string=asked | after).json
        seen += [one["last_seen"] for one in page["items"]]
        after = {"after": page["next"]} if page["next"] else None
    days = [day for day in seen if day]
    assert len(seen) == 60 and len(days) == 30 and days == sorted(days, reverse=True) and seen[30:] == [None] * 30


def test_people_are_taken_along_as_a_file(full):
    """With the words that the list has, and no password."""
    _, client = full
    said = client.get("/securite/people.csv?q=p001", headers=HTML).get_data(as_text=True)
    head, row = said.strip().splitlines()
    assert head.lstrip("\ufeff").startswith("Name,E-mail address,Roles,Account open,Second factor,Last seen")
    assert row.startswith("P001,p001@example.org,User,yes,no,2025-01-02") and "x" not in row.split(",")


def test_a_password_is_in_no_answer(full):
    """Neither listed nor filtered, sorted or asked for."""
    _, client = full
    assert "password_hash" not in client.get(f"{URL}?limit=1").json["items"][0]
    for asked in ("password_hash=x", "sort=password_hash", "fields=password_hash"):
        assert client.get(f"{URL}?{asked}").status_code == 422


def test_accounts_are_closed_and_opened_together(full):
    """All that are chosen or none; the log says each."""
    app, client = full
    ids = [one["id"] for one in client.get(f"{URL}?active=true&limit=2").json["items"]]
    assert client.post(f"{URL}/actions/close", json={"ids": ids}).json == {"done": 2}
    assert not any(client.get(f"{URL}/{id}").json["active"] for id in ids)
    closed = [one.object for one in app.trail if one.action == "securite.closed"]
    assert sorted(closed) == sorted(f"securite_people:{id}" for id in ids)
    assert client.post(f"{URL}/actions/open", json={"ids": ids}).json == {"done": 2}
    assert all(client.get(f"{URL}/{id}").json["active"] for id in ids)


def test_a_selection_with_the_last_administrator_closes_nobody(place, add):
    """The rule holds for actions of lists too, and one refusal undoes all."""
    app = place()
    ids = [add(app, "tin@example.org"), add(app, "root@example.org", "admin")]
    client = app.client("admin", id=str(uuid.uuid4()))
    answer = client.post(f"{URL}/actions/close", json={"ids": ids})
    assert (answer.status_code, answer.json["code"]) == (409, "last-administrator")
    assert all(client.get(f"{URL}/{id}").json["active"] for id in ids)


def test_nobody_closes_their_own_account_from_the_list(place, add):
    """Whoever looks after people is refused for themselves."""
    app = place()
    add(app, "other@example.org", "admin")
    me = add(app, "root@example.org", "admin")
    answer = app.client("admin", id=me).post(f"{URL}/actions/close", json={"ids": [me]})
    assert (answer.status_code, answer.json["code"]) == (403, "own-account")


def test_what_is_done_to_accounts_asks_for_the_password_again(place, add, sign_in):
    """Closing, opening and ending sessions do, over REST and from the page."""
    app = place()
    add(app, "root@example.org", "admin")
    views = [app.flask.view_functions[f"{endpoint}{name}"] for name in ("close", "open", "end_sessions")
             for endpoint in ("routes_securite.people_action_", "console_resources.securite_people_action_")]  # fmt: skip
    assert all(view.dihya_confirmed for view in views)


def test_nobody_adds_or_changes_people_by_a_form_of_the_list(full):
    """What is written goes through the rules of accounts: there is no form, no import and no removal."""
    app, client = full
    id = client.get(f"{URL}?limit=1").json["items"][0]["id"]
    assert [client.get(f"{PEOPLE}{path}").status_code for path in ("import", f"{id}/edit", f"{id}/delete")] == [404] * 3
    assert client.delete(f"{URL}/{id}").status_code == 405
    assert '<a class="button primary" href="/securite/people/new">' in client.get(PEOPLE, headers=HTML).text


def test_a_name_in_the_list_leads_to_the_page_of_accounts(full):
    """To sessions, roles and passwords; its history leads back there."""
    _, client = full
    id = client.get(f"{URL}?limit=1").json["items"][0]["id"]
    assert f'href="/securite/people/{id}">P000</a>' in client.get(PEOPLE, headers=HTML).text
    assert f'href="/securite/people/{id}"' in client.get(f"{PEOPLE}{id}/history", headers=HTML).text


def test_a_list_of_people_costs_as_many_statements_for_many_as_for_few(place):
    """At most six, sorted by a day of another table and on a second page too."""
    app, told = place(), []
    crowd(app, 3)
    client = app.client("admin", id=str(uuid.uuid4()))
    asked = f"{PEOPLE}?sort=last_seen"
    client.get(asked, headers=HTML)
    event.listen(app.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    client.get(asked, headers=HTML)
    few = len(told)
    crowd(app, 3, 120)
    told.clear()
    page = client.get(asked, headers=HTML).text
    assert len(told) == few <= 6
    told.clear()
    client.get(way(page, "next"), headers=HTML)
    assert len(told) <= 6


@pytest.fixture
def keys(place, add):
    """An application in which two people have keys: Tin three, Bob one."""
    app = place()
    ids = {name: add(app, f"{name}@example.org") for name in ("tin", "bob")}
    with app.act("keys") as act:
        make = act.get(Keys).create
        for each in range(3):
            make(Actor(ids["tin"], "Tin", frozenset({"user"})), f"script {each}", ["securite:account"])
        make(Actor(ids["bob"], "Bob", frozenset({"user"})), "of Bob", ["securite:account"])
    return app, {name: app.client("user", id=id) for name, id in ids.items()}


def test_keys_are_ones_own(keys):
    """In the list, as a file and over REST, with the rights in words; nobody else's, and no secret."""
    _, clients = keys
    page = clients["tin"].get("/securite/keys/?q=script", headers=HTML).text
    assert page.count(">script ") == 3 and "of Bob" not in page and "see and change one’s own account" in page
    assert "of Bob" not in clients["tin"].get("/securite/keys.csv", headers=HTML).get_data(as_text=True)
    items = clients["bob"].get("/api/v1/securite/keys").json["items"]
    assert [one["title"] for one in items] == ["of Bob"] and "digest" not in items[0]


def test_somebody_elses_key_is_not_there(keys):
    """Neither read nor removed: 404."""
    app, clients = keys
    with app.act() as act:
        theirs = act.session.scalar(select(ApiKey.id).where(ApiKey.title == "of Bob"))
    assert clients["tin"].get(f"/api/v1/securite/keys/{theirs}").status_code == 404
    assert clients["tin"].post(f"/api/v1/securite/keys/{theirs}/actions/remove").status_code == 404
    assert len(clients["bob"].get("/api/v1/securite/keys").json["items"]) == 1


def test_several_keys_are_removed_at_once(keys):
    """Keys that are removed together open nothing from then on."""
    _, clients = keys
    ids = [one["id"] for one in clients["tin"].get("/api/v1/securite/keys?limit=2").json["items"]]
    assert clients["tin"].post("/api/v1/securite/keys/actions/remove", json={"ids": ids}).json == {"done": 2}
    assert len(clients["tin"].get("/api/v1/securite/keys").json["items"]) == 1


def test_the_list_of_keys_leads_to_the_form_for_one_more(place, add, sign_in):
    """Also while it is empty; the list of people does not."""
    app = place()
    add(app, "boss@example.org", "admin")
    client = sign_in(app, "boss@example.org")
    assert 'href="/securite/account/#keys"' in client.get("/securite/keys/").text
    assert 'id="keys"' in client.get("/securite/account/").text
    assert "#keys" not in client.get("/securite/people/").text
