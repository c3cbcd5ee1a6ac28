"""The frame: menu by right, languages, messages, and what is lent where other plugins are absent."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ui import Link

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def test_the_menu_shows_what_may_be_seen(app: Any) -> None:
    """Pages and resources stand in the menu of those who hold their permission, and of nobody else."""
    admin = app.client("admin").get("/", headers=HTML).text
    user = app.client("user").get("/", headers=HTML).text
    assert 'href="/demo/members/"' in admin and 'href="/console/plugins"' in admin
    assert 'href="/demo/members/"' in user and 'href="/console/plugins"' not in user
    assert "/demo/" not in app.client().get("/", headers=HTML).text


def test_the_page_one_is_on_is_marked(app: Any) -> None:
    """The menu says where one is, also below a list."""
    page = app.client("admin").get("/demo/members/new", headers=HTML).text
    assert re.search(r'href="/demo/members/" aria-current="true"', page)


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Que souhaitez-vous faire"), ("en", "What would you like to do")]
)
def test_the_page_speaks_the_language_that_is_asked_for(app: Any, language: str, word: str) -> None:
    """Words, lang attribute and header are in the language of the reader, and the other one is a link away."""
    answer = app.client("admin").get("/", headers={**HTML, "Accept-Language": language})
    assert word in answer.text and f'<html lang="{language}"' in answer.text
    assert answer.headers["Content-Language"] == language
    assert "lang=fr" in answer.text and "lang=en" in answer.text


def test_a_page_has_its_landmarks(app: Any) -> None:
    """A skip link, one h1, one main, a header, a footer with the slogan, and no inline script or style."""
    page = app.client("admin").get("/", headers=HTML).text
    assert page.count("<h1") == 1 and page.count("<main") == 1
    assert 'href="#main"' in page and "<header" in page
    assert "De l’idée au code, en toute souveraineté." in page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_pages_of_people_are_not_kept(app: Any) -> None:
    """What somebody signed in sees is not stored by browsers or proxies."""
    assert app.client("user").get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("others", [(), ("i18n",), ("static",)])
def test_the_console_starts_without_the_others(make_app: Any, demo: Any, others: tuple[str, ...]) -> None:
    """Without languages, design or sign-in every page still answers, in plain words."""
    client = make_app("console", *others, plugins={"demo": demo}).client("admin")
    for path in ("/", "/console/plugins", "/console/health", "/demo/members/", "/demo/members/new", "/nowhere"):
        answer = client.get(path, headers=HTML)
        assert answer.status_code == (404 if path == "/nowhere" else 200), path
        assert "<main" in answer.text


def test_whoever_signs_people_in_says_where(make_app: Any) -> None:
    """Another plugin than ours gives door, way out and account; the frame, the front page and a refusal lead there."""

    @hookimpl
    def register_links() -> list[Link]:
        return [Link("sign-in", "/door/in"), Link("sign-out", "/door/out"), Link("account", "/door/me")]

    door = SimpleNamespace(__doc__="Signs in by a house of its own.", register_links=register_links)
    app = make_app("console", plugins={"door": door})
    for path, status in (("/", 200), ("/console/plugins", 401)):
        answer = app.client().get(path, headers=HTML, base_url="http://localhost/below")
        assert (answer.status_code, 'href="/below/door/in' in answer.text) == (status, True)
    page = app.client("user").get("/", headers=HTML).text
    assert 'href="/door/me"' in page and 'action="/door/out"' in page and "/securite/" not in page
