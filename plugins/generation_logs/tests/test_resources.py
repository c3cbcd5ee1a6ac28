"""How projects came to be, as a list like any other."""

import pytest
from sqlalchemy import event

PAGE, URL = "/generation_logs/generations/", "/api/v1/generation_logs/generations"


@pytest.fixture
def app(make_app, make):
    """An application with three recorded generations, of which one failed."""
    app = make_app("generation_logs", "console", "routes", "static", "i18n", "keys", config={"i18n": {"default": "en"}})
    for number, status in ((1, "ready"), (2, "failed"), (3, "ready")):
        with app.act():
            app.hooks.call("after_generation", project=make(f"pr{number}", status=status))
    return app


@pytest.mark.parametrize("role", ["admin", "dpo", "auditeur"])
def test_who_may_read_sees_the_records_and_nothing_of_the_idea(app, role):
    """With the certainty in words, how many models were asked, and the way to the page of each."""
    page = app.client(role).get(PAGE).text
    (row,) = [row for row in page.split("<tr>") if ">pr1</a>" in row]
    assert "87\u00a0%" in row and ">2</td>" in row and 'href="/generation_logs/' in row and "Martin" not in page
    assert "Download signed (JSON lines)" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [("status=failed", ["pr2"]), ("q=pr3", ["pr3"]), ("asked:gt=1&sort=project", ["pr1", "pr2", "pr3"]), ("tier=provider", [])],
)  # fmt: skip
def test_records_are_narrowed_and_sorted(app, asked, found):
    """By result, words, attempts and kind of model, on the page and over REST alike."""
    client = app.client("admin")
    assert [one["project"] for one in client.get(f"{URL}?{asked}").json["items"]] == found
    page = client.get(f"{PAGE}?{asked}").text
    assert [name for name in ("pr1", "pr2", "pr3") if f">{name}</a>" in page] == sorted(found)


def test_fingerprints_of_ideas_stand_in_no_list(app):
    """They tell whether two people had the same idea."""
    (one, *_) = app.client("admin").get(URL).json["items"]
    assert not {"idea_mark", "options_mark"} & one.keys()
    assert app.client("admin").get(f"{URL}?sort=idea_mark").status_code == 422


def test_the_list_is_in_french_too(app):
    """Title, heads and words."""
    page = app.client("admin").get(PAGE, headers={"Accept-Language": "fr"}).text
    assert "Provenance des projets" in page and "Modèle embarqué" in page and "Choisi par" in page


def test_a_list_costs_as_many_statements_for_many_as_for_few(app, make):
    """The attempts of all are counted in the statement of the page."""
    client, told = app.client("admin"), []
    client.get(PAGE)
    event.listen(app.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    client.get(PAGE)
    few = len(told)
    for number in range(4, 30):
        with app.act():
            app.hooks.call("after_generation", project=make(f"pr{number}"))
    told.clear()
    client.get(PAGE)
    assert len(told) == few <= 6


def test_users_do_not_read_it(app):
    """403 for who lacks the right, 401 for nobody."""
    assert app.client("user").get(URL).status_code == 403 and app.client().get(URL).status_code == 401
