"""One search through all lists."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_console import searching

PATH = "/console/search"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def filled(app: Any, demo: Any) -> Any:
    """Seven members called Fee, and a fee."""
    with app.act() as act:
        members, fees = (act.get(resource.service) for resource in demo.register_resources())
        for number in range(7):
            one = members.add({"name": f"Féé {number}", "plan": "full", "active": True, "note": ""})
        fees.add({"label": "fee of the year", "member_id": one.id, "amount": "10.00"})
    return app


def test_every_list_that_one_may_see_is_searched(filled: Any) -> None:
    """Without accents; of each list the first records by name, and the way to all of them with the words in it."""
    page = filled.client("user").get(PATH, query_string={"q": "fee"}, headers=ENGLISH).text
    assert page.count(">Féé ") == 5 and ">fee of the year</a>" in page
    assert 'href="/demo/members/?q=fee"' in page and 'href="/demo/fees/?q=fee"' not in page


def test_who_may_read_nothing_finds_nothing(filled: Any) -> None:
    """The page says that it looked in what one may see."""
    page = filled.client("nobody").get(PATH, query_string={"q": "fee"}, headers=ENGLISH)
    assert page.status_code == 200 and "Féé" not in page.text
    assert "No record of the lists that you may see" in page.text


def test_nothing_is_searched_before_somebody_asks(app: Any) -> None:
    """The page is a box, and finds nothing for spaces."""
    for words in ("", "   ", "\0"):
        page = app.client("admin").get(PATH, query_string={"q": words}, headers=ENGLISH).text
        assert 'name="q"' in page and "Nothing found" not in page


@pytest.mark.parametrize("words", ["x" * 201, "a " * 21])
def test_words_that_no_list_takes_are_said(app: Any, words: str) -> None:
    """422, with what is taken; what was typed stays."""
    page = app.client("admin").get(PATH, query_string={"q": words}, headers=ENGLISH)
    assert page.status_code == 422 and "at most 200 characters" in page.text


def test_words_are_text_and_never_markup(filled: Any) -> None:
    """In the box, in links and in what is found."""
    page = filled.client("admin").get(PATH, query_string={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_lists_that_are_not_reached_in_time_are_named(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way to search them on their own."""
    monkeypatch.setattr(searching, "SECONDS", -1)
    page = filled.client("admin").get(PATH, query_string={"q": "fee"}, headers=ENGLISH).text
    assert "Not searched" in page and 'href="/demo/members/?q=fee"' in page


def test_a_line_under_the_field_says_which_keys_lead_there(app: Any) -> None:
    """Without a script the menu leads there by a link, and the empty field has the cursor."""
    page = app.client("user").get(PATH, headers=ENGLISH).text
    assert 'aria-describedby="seek-keys" autofocus>' in page and "From any page: / or Ctrl-K." in page
    assert 'aria-keyshortcuts="Control+K /" href="/console/search"' in page and " data-shortcuts>" in page


def test_who_wants_no_single_key_is_told_of_the_other_one_alone(make_app: Any, demo: Any) -> None:
    """The page says so to the script too."""
    app = make_app("console", "i18n", "static", plugins={"demo": demo}, config={"console": {"shortcuts": False}})
    page = app.client("user").get(PATH, headers=ENGLISH).text
    assert "From any page: Ctrl-K." in page and "data-shortcuts" not in page
    assert 'aria-keyshortcuts="Control+K" href' in page


def test_the_page_stands_beside_the_home_page(app: Any) -> None:
    """It is marked in the menu, and no other page is."""
    page = app.client("admin").get(PATH, headers=ENGLISH).text
    menu = page[page.index('<nav class="side"') :]
    assert menu[: menu.index("</nav>")].count("aria-current") == 1
    assert 'href="/console/search" aria-current="page">' in menu
