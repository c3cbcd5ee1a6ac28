"""What the page of a generation says of how it ended, and what can be done then."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from dihya_hookspecs.i18n import Text
from dihya_services.models import Generation

IDEA = "Gérer les membres d'un club"
STOPPED = ("stopped", "stopped")


@pytest.fixture
def app(make_app, fakes):
    """An application with pages."""
    return make_app("services", "tasks", "console", "static", "i18n", plugins={"fakes": fakes})


@pytest.fixture
def client(app) -> Any:
    """A person."""
    return app.client("user")


@pytest.fixture
def address(client) -> str:
    """The page of a generation of theirs that waits for its turn."""
    idea = {"idea": IDEA, "language": "fr", "template": "association"}
    found = client.post("/services/proposals", data=idea).headers["Location"]
    client.post(f"{found}/begin", data={"name": "chorale", "title": "La chorale", "option.seats": "7"})
    return str(found)


@pytest.fixture
def read(client) -> Callable[..., str]:
    """Return what a page says between frame and foot, in English unless somebody else or another language is asked."""

    def read(path: str, language: str = "en", reader: Any = client) -> str:
        page = reader.get(path, headers={"Accept-Language": language}).text
        return page[page.index("<main") : page.index("</main>")]

    return read


def lines(page: str) -> list[tuple[str, str]]:
    """The lines of the progress, each with its state."""
    return re.findall(r'<li class="(\w+)">(.*?)</li>', page)


def test_what_was_stopped_is_calm(client, address, read) -> None:
    """Badge and sentence say stopped, nothing is red, and the last word of the progress is not that it is finished."""
    client.post(f"{address}/cancel")
    page = read(address)
    assert '<span class="badge" id="status">stopped</span>' in page and 'class="notice info"' in page
    assert not re.search(r'class="[^"]*\b(bad|error)\b', page) and "failed" not in page
    assert lines(page)[-1] == STOPPED
    assert "arrêtée" in read(address, "fr")


def test_what_has_failed_stays_a_failure(address, read, work, fakes) -> None:
    """Badge and box are red, and the reason is the last word of the progress."""
    fakes.judge.passes = False
    work()
    page = read(address)
    assert '<span class="badge bad" id="status">failed</span>' in page and 'class="notice error"' in page
    assert lines(page)[-1][0] == "failed" and "finished" not in page


def test_it_is_built_again_from_its_page(app, client, address, read, work) -> None:
    """The button leads to a new generation with the same name, title and options; who may not change it has no button."""
    button = f'action="{address}/again"'
    assert button not in read(address)
    client.post(f"{address}/cancel")
    assert button in (page := read(address)) and "Build again" in page
    assert button not in read(address, reader=app.client("auditeur"))
    answer = client.post(f"{address}/again")
    new = answer.headers["Location"]
    assert answer.status_code == 303 and new != address
    work()
    page = read(new)
    assert "La chorale" in page and "dihya-chorale.zip" in page and f"{new}/again" not in page
    found = client.get(f"/api/v1/generations/{new.rsplit('/', 1)[1]}").json
    assert (found["status"], found["options"]) == ("ready", {"donations": False, "seats": 7})


def test_what_has_failed_can_be_built_again_too(address, read, work, fakes) -> None:
    """Its page has the same button."""
    fakes.judge.passes = False
    work()
    assert f'action="{address}/again"' in read(address)


def test_what_cannot_be_built_again_says_why(app, client, address) -> None:
    """The page of the one that ended comes back with the reason, and no other generation is made."""
    client.post(f"{address}/cancel")
    with app.act() as act:
        generation = act.session.get(Generation, UUID(address.rsplit("/", 1)[1]))
        generation.needs = {**generation.needs, "name": "taken"}
    assert client.post(f"{address}/again").headers["Location"] == address
    assert "these needs cannot be built: taken" in client.get(address).text
    assert client.get("/api/v1/generations").json["total"] == 1


def test_figures_and_template_are_in_the_readers_language(address, read, work, fakes) -> None:
    """Seconds have a comma in French, and the template its title."""
    known = fakes.library.known
    title = Text("Association or club", "Association ou club")
    fakes.library.known = known | {"association": replace(known["association"], title=title)}
    work()
    for language, seconds, said in (("fr", "0,50", "Association ou club"), ("en", "0.50", "Association or club")):
        page = read(address, language)
        assert re.search(rf'<td class="number"[^>]*>{seconds}</td>', page) and f"<dd>{said}</dd>" in page
        assert re.search(rf"<dd>\d+{re.escape(seconds[1])}\d\d&nbsp;s</dd>", page)
