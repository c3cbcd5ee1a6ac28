"""The page that asks the log which records were touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
NOW = datetime.now(UTC)
WINDOW = {"since": (NOW - timedelta(hours=1)).isoformat(), "until": (NOW + timedelta(hours=1)).isoformat()}


@pytest.fixture
def app(make_app, canary_plugin, seed_person):
    """An application with a log, in which two people were just added."""
    made = make_app("rgpd", "audit", "console", "i18n", "static", plugins={"canary": canary_plugin()})
    with made.act("seed") as act:
        made.people = [seed_person(act.session, tag) for tag in ("tin", "ada")]
    return made


def asked(app, role="dpo", **values):
    """Return the page about people who were touched."""
    query = {"table": "canary_people", **WINDOW, **values}
    return app.client(role).get("/rgpd/breaches/touched", query_string=query, headers=HTML)


def test_people_who_were_touched_are_listed_by_name(app):
    """Exactly those that the log names in the window."""
    page = asked(app).text
    assert all(key in page and canaries["name"] in page for key, canaries in app.people)
    assert "2 records" in page and "added 1" in page


def test_nobody_is_listed_outside_of_the_window(app):
    """The page says so."""
    page = asked(app, since="2020-01-01T00:00", until="2020-01-02T00:00").text
    assert "The log names no record" in page and app.people[0][0] not in page


def test_the_page_says_that_looks_are_not_in_the_log(app):
    """Where the plugin asks for no trace of them."""
    assert "its plugin does not ask for that" in asked(app).text


@pytest.mark.parametrize(
    "values",
    [
        {"table": "elsewhere"},
        {"since": "yesterday"},
        {"until": "2020-01-01T00:00"},
        {"since": "0001-01-01T00:00+14:00"},
    ],
)
def test_a_question_without_sense_is_refused_in_words(app, values):
    """A table of nobody, a moment that is none, a window that ends before it begins."""
    assert asked(app, **values).status_code == 422


def test_without_a_log_nobody_can_say(world):
    """The refusal says that a plugin is missing."""
    assert asked(world.app).status_code == 409


def test_who_looks_is_in_the_log(app):
    """With the table and the number of records, and no key of anybody."""
    asked(app)
    (event,) = [one for one in app.trail if one.action == "rgpd.touched"]
    assert event.facts["table"] == "canary_people" and event.facts["rows"] == 2 and event.object is None


@pytest.mark.parametrize("role", ["auditeur", "user"])
def test_others_do_not_ask(app, role):
    """The answer names people: it is for administrators and the officer."""
    assert asked(app, role).status_code == 403
