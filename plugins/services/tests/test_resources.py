"""The list of generations: page, file and REST, and what is done to several at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.i18n import Text
from dihya_services.models import CANCELLED, Generation
from sqlalchemy import event

HTML = {"Accept": "text/html", "Accept-Language": "en"}
PAGE, URL, OLD = "/services/generations/", "/api/v1/services/generations", "/api/v1/generations"
STATUSES = ("ready", "failed", "archived")


@pytest.fixture
def app(make_app: Any, fakes: Any) -> Any:
    """An application with lists, pages and REST."""
    return make_app("services", "tasks", "console", "routes", "static", "i18n", plugins={"fakes": fakes})


@pytest.fixture
def add(app: Any) -> Any:
    """Return a function that adds generations of these numbers for somebody: ready, failed, archived, and so on."""

    def add(person: str, *numbers: int) -> list[str]:
        with app.act("add", actor=SYSTEM) as act:
            made = [
                Generation(
                    person_id=person, idea=f"the idea of {person}", needs={}, proposal={"reason": f"the idea of {person}"},
                    name=f"plugin_{each}", title=f"Choir {each:03}", language="en", template="association", proposer="person",
                    model="", tier="person", confidence=1.0, status=STATUSES[each % 3], task=f"t{each}", error="",
                    archive="0" * 64 if each % 3 == 0 else None, finished_at=Generation.created_at.default.arg(None),
                )
                for each in range(*numbers)
            ]  # fmt: skip
            act.session.add_all(made)
            act.session.flush()
            return [str(each.id) for each in made]

    return add


def titles(answer: Any) -> list[str]:
    return [each["title"] for each in answer.json["items"]]


def test_generations_are_searched_narrowed_and_sorted(app, add) -> None:
    """By the words that everybody reads; on the page and over REST alike, and at the address where they are begun."""
    add("ann", 9)
    ann = app.client("user", id="ann")
    found = ["Choir 007", "Choir 004", "Choir 001"]
    for url in (URL, OLD):
        assert titles(ann.get(f"{url}?status=failed&sort=-title&q=choir")) == found
    page = ann.get(f"{PAGE}?state=failed&sort=-title", headers=HTML).text
    assert [page.index(title) for title in found] == sorted(page.index(title) for title in found)
    assert "Choir 000" not in page and '<option value="failed" selected>Failed</option>' in page


def test_what_was_stopped_is_no_failure_in_the_list(app, add) -> None:
    """List, file and filters say stopped, in the archive too, and the status of the contract stays failed."""
    failed, stopped, hidden = add("ann", 1, 2) + add("ann", 4, 5) + add("ann", 5, 6)
    with app.act("stop", actor=SYSTEM) as act:
        for id in (stopped, hidden):
            act.session.get(Generation, UUID(id)).error = CANCELLED
    ann = app.client("user", id="ann")
    for url in (URL, OLD):
        assert titles(ann.get(f"{url}?state=stopped")) == ["Choir 004"]
        assert titles(ann.get(f"{url}?state=failed")) == ["Choir 001"]
        assert {each["status"] for each in ann.get(url).json["items"]} == {"failed"}
        assert [each["state"] for each in ann.get(f"{url}?status=archived").json["items"]] == ["stopped"]
    page = ann.get(f"{PAGE}?state=stopped", headers=HTML | {"Accept-Language": "fr"}).text
    assert "Choir 004" in page and "Choir 001" not in page and ">Arrêtée</td>" in page
    assert "Stopped" in ann.get("/services/generations.csv", headers=HTML).get_data(as_text=True)


def test_a_template_is_called_by_its_title(app, add, fakes) -> None:
    """List and file say it in the reader's language; one that is no longer installed keeps its name."""
    known = fakes.library.known
    title = Text("Association or club", "Association ou club")
    fakes.library.known = known | {"association": replace(known["association"], title=title)}
    add("ann", 1)
    ann = app.client("user", id="ann")
    for language, said in (("en", "Association or club"), ("fr", "Association ou club")):
        for path in (PAGE, "/services/generations.csv"):
            assert said in ann.get(path, headers=HTML | {"Accept-Language": language}).get_data(as_text=True)
    fakes.library.known = {"sante": known["sante"]}
    assert ">association</td>" in ann.get(PAGE, headers=HTML).text


def test_what_is_archived_is_left_out_until_one_asks(app, add) -> None:
    """In list, file and REST; a page is full all the same, and the page says what it leaves out."""
    add("ann", 6)
    ann = app.client("user", id="ann")
    left = [f"Choir {each:03}" for each in (4, 3, 1, 0)]
    assert titles(ann.get(URL)) == titles(ann.get(OLD)) == left
    assert len(titles(ann.get(f"{URL}?limit=3"))) == 3
    assert titles(ann.get(f"{URL}?status=archived")) == ["Choir 005", "Choir 002"]
    assert [ann.get(f"{OLD}?archived={each}").json["total"] for each in "01"] == [4, 6]
    page = ann.get(PAGE, headers=HTML).text
    assert "Choir 002" not in page and "Without" in page and 'href="/services/generations/?status=archived"' in page
    assert "Choir 002" not in ann.get("/services/generations.csv", headers=HTML).get_data(as_text=True)


@pytest.mark.parametrize("path", [f"{URL}?limit=5", f"{OLD}?limit=5", PAGE, "/services/generations.csv"])
def test_nobody_reads_an_idea_in_a_list(app, add, path: str) -> None:
    """Not the auditor, who oversees and may have generations of one's own too, nor the owner: the page shows it to whom it is for."""
    add("ann", 2)
    for client in (app.client("auditeur", "user", id="bob"), app.client("admin"), app.client("user", id="ann")):
        said = client.get(path, headers=HTML).get_data(as_text=True)
        assert "Choir 001" in said and "the idea of" not in said


@pytest.mark.parametrize("asked", ["idea:contains=idea", "sort=idea", "fields=idea", "proposal:is_null=false"])
def test_an_idea_is_not_guessed_by_asking(app, add, asked: str) -> None:
    """A filter or an order would tell it word by word."""
    add("ann", 1)
    assert app.client("auditeur").get(f"{URL}?{asked}").status_code == 422


def test_others_see_ones_own_only_if_they_oversee(app, add) -> None:
    """Somebody else's generation is not there, in the list and by its id."""
    (id,) = add("ann", 1)
    counts = [len(titles(app.client(role, id="bob").get(URL))) for role in ("user", "auditeur", "admin")]
    assert counts == [0, 1, 1]
    assert app.client("user", id="bob").get(f"{URL}/{id}").status_code == 404


def test_several_are_archived_and_taken_out_again(app, add) -> None:
    """Each comes back as it ended."""
    ids = add("ann", 2)
    ann = app.client("user", id="ann")
    assert ann.post(f"{URL}/actions/archive", json={"ids": ids}).json == {"done": 2} and titles(ann.get(URL)) == []
    assert ann.post(f"{URL}/actions/unarchive", json={"ids": ids}).json == {"done": 2}
    assert {each["status"] for each in ann.get(URL).json["items"]} == {"ready", "failed"}


@pytest.mark.parametrize(("role", "status"), [("user", 404), ("auditeur", 403)])
def test_what_belongs_to_somebody_else_is_left_alone(app, add, role: str, status: int) -> None:
    """Who does not see it finds nothing, who oversees is refused; nothing is changed."""
    ids = add("ann", 2)
    other = app.client(role, "user", id="bob")
    for action in ("archive", "remove"):
        assert other.post(f"{URL}/actions/{action}", json={"ids": ids}).status_code == status
    assert len(titles(app.client("user", id="ann").get(URL))) == 2


def test_several_are_removed_at_once(app, add) -> None:
    """After a question that names them."""
    ids = add("ann", 2)
    ann = app.client("user", id="ann")
    asked = ann.post(f"{PAGE}actions/remove", data={"ids": ids}, headers=HTML).text
    assert "Choir 000" in asked and "Remove these generations?" in asked
    assert ann.post(f"{PAGE}actions/remove", data={"ids": ids, "confirmed": "1"}, headers=HTML).status_code == 303
    assert titles(ann.get(URL)) == []


def test_a_title_leads_to_the_page_of_the_generation(app, add) -> None:
    """With its progress, proof and files; there is no other page of it, and no form."""
    (id,) = add("ann", 1)
    ann = app.client("user", id="ann")
    assert f'href="/services/{id}">Choir 000</a>' in ann.get(PAGE, headers=HTML).text
    assert [ann.get(f"{PAGE}{path}").status_code for path in (id, "new", f"{id}/edit")] == [404] * 3


def test_a_list_costs_as_many_statements_for_many_as_for_few(app, add) -> None:
    """At most six, narrowed and on a second page too."""
    told: list[str] = []
    add("ann", 3)
    ann = app.client("user", id="ann")
    ann.get(PAGE, headers=HTML)
    event.listen(app.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    ann.get(PAGE, headers=HTML)
    few = len(told)
    add("ann", 3, 200)
    told.clear()
    assert "more" not in ann.get(f"{PAGE}?limit=20", headers=HTML).text and len(told) == few <= 6
