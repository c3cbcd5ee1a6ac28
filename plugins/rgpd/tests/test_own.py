"""One's own data: what is held under an account, what is asked from it, and nobody else's."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid, NotFound, Refused
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.rgpd import People
from dihya_rgpd.models import Request, Requests
from dihya_rgpd.own import MOST, OwnData, OwnRequests, account_named, tables_of
from sqlalchemy import select


def actor_of(club, name):
    return Actor(getattr(club, name)[0], name.title(), frozenset({"user"}))


def ask(club, name, asks="access", wish=""):
    """Send a request, and return its id."""
    with club.app.act("ask", actor=actor_of(club, name)) as act:
        return OwnData(act.get(People)).ask(asks, wish).id


def test_a_request_of_oneself_names_the_account(club):
    """Name, address and account are those of who is signed in, whose identity is known; the clock runs."""
    id = ask(club, "tin", "rectification", " my name is Tim ")
    with club.app.act("look") as act:
        made = act.session.get(Request, id)
        assert (made.who, made.email, made.account) == ("Tin", "tin@example.org", club.tin[0])
        assert (made.asks, made.wish, made.identity, made.state) == (
            "rectification",
            "my name is Tim",
            "known",
            "received",
        )
        assert made.due_on > made.received_on


def test_one_sees_ones_own_requests_alone(club):
    """Neither those of another account, nor those that an officer noted, are among them."""
    mine, hers = ask(club, "tin"), ask(club, "ada")
    with club.app.act("note") as act:
        Requests(act.session).add({"who": "Tin", "email": "tin@example.org", "asks": "access"})
    with club.app.act("look", actor=actor_of(club, "tin")) as act:
        assert [one.id for one in OwnData(act.get(People)).sent()] == [mine]
        own = OwnRequests(act.session)
        assert own.get(mine).id == mine
        with pytest.raises(NotFound):
            own.get(hers)


def test_somebody_elses_request_is_not_written(club):
    """It is not known to who has not sent it, whatever they would do to it."""
    with club.app.act("look", actor=actor_of(club, "tin")) as act, pytest.raises(NotFound):
        OwnRequests(act.session).permitted("change", Request(account=club.ada[0]))


def test_so_many_requests_wait_at_once_and_no_more(club):
    """The next one is refused with 409 until one of them is closed; those of others do not count."""
    sent = [ask(club, "tin") for _ in range(MOST)]
    ask(club, "ada")
    with pytest.raises(Invalid) as refused:
        ask(club, "tin")
    assert (refused.value.status, refused.value.code) == (409, "requests-wait")
    with club.app.act("answer", actor=OPERATOR) as act:
        Requests(act.session).change(sent[0], {"state": "answered"})
    assert ask(club, "tin")


@pytest.mark.parametrize(("asks", "wish", "flaw"), [("magic", "", "/asks"), ("access", "x" * 4001, "/wish")])
def test_what_is_no_request_is_refused(club, asks, wish, flaw):
    """The flaw is named by its field."""
    with pytest.raises(Invalid) as refused:
        ask(club, "tin", asks, wish)
    assert [one.pointer for one in refused.value.flaws] == [flaw]


def test_what_is_held_is_told_table_by_table_in_words(club):
    """One's account and one's requests, each with its number of rows; nothing of others is counted."""
    ask(club, "tin")
    ask(club, "ada")
    with club.app.act("look", actor=actor_of(club, "tin")) as act:
        found = {one.name: one for one in tables_of(OwnData(act.get(People)).places())}
    people, requests = found["securite_people"], found["rgpd_requests"]
    assert (people.title, people.rows, people.bases) == ("People", 1, ("contract",))
    assert "e-mail address" in people.categories and people.retentions == ("as long as the account",)
    assert requests.rows == 1


def test_a_download_is_about_the_account_and_the_requests_sent_from_it(club):
    """Nobody else's are among them."""
    id = ask(club, "tin")
    ask(club, "ada")
    with club.app.act("look", actor=actor_of(club, "tin")) as act:
        keys = [(one.table, one.key) for one in OwnData(act.get(People)).subjects()]
    assert keys == [("securite_people", club.tin[0]), ("rgpd_requests", str(id))]


@pytest.mark.parametrize(
    ("actor", "status"),
    [(None, 401), (OPERATOR, 401), (Actor("7", "Key", frozenset({"user"}), "key"), 403)],
    ids=["nobody", "operator", "key"],
)
def test_only_a_person_has_data_of_their_own(club, actor, status):
    """A program that acts for somebody does not reach their data."""
    with club.app.act("look", actor=actor) as act, pytest.raises(Refused) as refused:
        OwnData(act.get(People))
    assert refused.value.status == status


def test_without_accounts_there_is_nothing_of_ones_own(world):
    """Whoever asks is told who gives access instead."""
    actor = Actor(world.tin[0], "Tin", frozenset({"user"}))
    with world.app.act("look", actor=actor) as act, pytest.raises(NotFound, match="no accounts"):
        OwnData(act.get(People))


def test_an_account_is_shown_by_its_name(club, world):
    """To who may know it; to others it is an account, and where there is none nothing stands."""
    with club.app.act("look", actor=actor_of(club, "tin")):
        assert account_named(club.tin[0]) == "Tin"
        assert account_named(club.ada[0]) == "an account"
        assert account_named(None) == ""
    with world.app.act("look"):
        assert account_named("7") == "an account"


def test_a_request_is_kept_when_its_account_is_erased(club):
    """The duty to prove what was answered outlives the account; the officer still finds it."""
    id = ask(club, "tin")
    with club.app.act("erase", actor=OPERATOR) as act:
        desk = act.get(People)
        desk.erase([desk.subject("securite_people", club.tin[0])])
    with club.app.act("look") as act:
        assert act.session.scalar(select(Request.account).where(Request.id == id)) == club.tin[0]
