"""Dihya's own record."""

from __future__ import annotations

import re

import pytest
from dihya_services.stats import spread

IDEA = "Gérer les membres d'un club, et les dons"


@pytest.fixture
def app(make_app, fakes):
    """An application with pages."""
    return make_app("services", "tasks", "console", "static", "i18n", plugins={"fakes": fakes})


@pytest.fixture
def record(app):
    """Return a function that gives the record as an administrator reads it over the API."""
    return lambda: app.client("admin").get("/api/v1/generations/stats").json


@pytest.fixture
def begin(app):
    """Return a function that begins a generation, with what was decided."""
    return lambda **decided: app.client("user").post("/api/v1/generations", json={"idea": IDEA, **decided})


def test_an_empty_installation_says_so_in_one_sentence(app):
    """No table of noughts, on the page and on the command line."""
    page = app.client("admin").get("/services/stats", headers={"Accept-Language": "en"}).text
    assert "No idea has been proposed here yet." in page and "<table" not in page
    assert app.cli("stats").stdout == "No idea has been proposed here yet.\n"


def test_each_idea_is_counted_by_what_became_of_it(app, fakes, begin, work, record):
    """Proven, refused, running and waiting add up to all ideas, and only what a person changed is called changed."""
    begin()
    work()
    begin(title="Our club")
    fakes.judge.passes = False
    work()
    begin()
    app.client("user").post("/api/v1/generations/proposals", json={"idea": IDEA})
    client = app.client("user")
    client.post(client.post("/api/v1/generations", json={"idea": IDEA}).headers["Location"] + "/cancellation")
    found = record()
    assert {name: count for name, count in found.items() if isinstance(count, int)} == {
        "ideas": 5, "proven": 1, "refused": 1, "stopped": 1, "running": 1, "waiting": 1, "asked_back": 0, "changed": 1,
    }  # fmt: skip
    assert found["seconds"]["count"] == 1 and sum(took["count"] for took in found["by_tier"].values()) == 1


def test_no_word_of_an_idea_is_in_it(app, begin, work):
    """Page, API and command give counts and seconds."""
    begin(title="Our club")
    work()
    client = app.client("admin")
    for text in (
        client.get("/services/stats").text,
        client.get("/api/v1/generations/stats").text,
        app.cli("stats", "--json").stdout,
        app.cli("stats").stdout,
    ):
        assert "Our club" not in text and "dons" not in text


@pytest.mark.parametrize("address", ["/services/stats", "/api/v1/generations/stats"])
def test_only_who_oversees_reads_it(app, address):
    """A person who generates for themselves does not."""
    assert app.client("user").get(address).status_code == 403
    assert app.client("auditeur").get(address).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "median", "p95"),
    [
        ([3.0], 3.0, 3.0),
        ([1.0, 2.0], 1.5, 2.0),
        ([float(number) for number in range(1, 101)], 50.5, 95.0),
        ([9.0, 1.0, 5.0], 5.0, 9.0),
    ],
)
def test_the_middle_and_what_95_in_100_do_not_exceed(seconds, median, p95):
    """The order in which they came changes nothing."""
    found = spread(seconds)
    assert (found.count, found.median, found.p95) == (len(seconds), median, p95)


def test_seconds_are_written_as_the_reader_writes_them(app, begin, work):
    """With a comma in French, and with one place in every row."""
    begin()
    work()
    page = app.client("admin").get("/services/stats", headers={"Accept-Language": "fr"}).text
    assert re.search(r'<td class="number"[^>]*>\d+,\d</td>', page) and not re.search(r">\d+\.\d+</td>", page)
