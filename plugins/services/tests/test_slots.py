"""The way to a first idea, and what is being built."""

from __future__ import annotations

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def app(make_app, fakes):
    """An application with pages."""
    return make_app("services", "tasks", "console", "i18n", plugins={"fakes": fakes})


def test_who_may_generate_finds_the_way_on_the_home_page(app) -> None:
    """Others do not."""
    assert "Describe your idea" in app.client("user").get("/", headers=HTML).text
    assert "Describe your idea" not in app.client("auditeur").get("/", headers=HTML).text


def test_the_menu_shows_what_is_being_built_for_oneself(app, work) -> None:
    """Until it is done, and not what others have built."""
    client = app.client("user")
    begun = client.post(
        "/services/proposals", data={"idea": "Gérer les membres d’un club, et les dons", "language": "fr"}
    ).headers["Location"]
    assert (
        client.post(f"{begun}/begin", data={"title": "Our club", "name": "chorale", "option.seats": "2"}).status_code
        == 303
    )
    menu = client.get("/", headers=HTML).text
    assert "Being built" in menu and "Our club" in menu.partition("Being built")[2]
    work()
    assert "Being built" not in client.get("/", headers=HTML).text


def test_where_no_template_is_installed_nobody_is_asked_for_an_idea(make_app) -> None:
    """Neither at home nor on the page, which says why instead of failing."""
    client = make_app("services", "tasks", "console", "i18n").client("user")
    assert "Describe your idea" not in client.get("/", headers=HTML).text
    answer = client.get("/services/", headers=HTML)
    assert (
        answer.status_code == 200
        and "No business template is installed" in answer.text
        and "<form" not in answer.text.partition("<main")[2]
    )
