"""The language of a request: chosen, remembered, said in headers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import Flaw, Invalid, hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import gettext, language
from dihya_hookspecs.ui import Formats
from dihya_hookspecs.web import public
from flask import Blueprint


@pytest.fixture
def app(make_app: Any) -> Any:
    """An application with one page and two errors."""
    blueprint = Blueprint("demo", __name__)

    @blueprint.get("/")
    @public("a test")
    def page() -> str:
        return f"{language.get()} {gettext('Not Found')}"

    @blueprint.get("/wrong")
    @public("a test")
    def wrong() -> str:
        raise Invalid("two things are wrong", flaws=[Flaw("/a", "said exactly"), Flaw("/b", "x", "missing")])

    @blueprint.get("/file")
    @public("a test")
    def file() -> Any:
        return {"language": language.get()}

    @hookimpl
    def register_routes() -> Blueprint:
        return blueprint

    return make_app("i18n", plugins={"demo": SimpleNamespace(register_routes=register_routes, __name__="dihya_demo")})


def test_pages_speak_french_and_english(app: Any) -> None:
    """Words follow the language that the browser asks for."""
    client = app.client()
    assert client.get("/demo/", headers={"Accept-Language": "fr-FR,fr;q=0.9"}).text == "fr Introuvable"
    assert client.get("/demo/", headers={"Accept-Language": "en"}).text == "en Not Found"


def test_a_choice_is_remembered(app: Any) -> None:
    """?lang= answers at once and sets a cookie that later requests follow; an unknown language changes nothing."""
    client = app.client()
    answer = client.get("/demo/?lang=en", headers={"Accept-Language": "fr"})
    assert answer.text.startswith("en ")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("dihya_lang=en;") and "SameSite=Lax" in cookie and "HttpOnly" in cookie
    assert client.get("/demo/", headers={"Accept-Language": "fr"}).text.startswith("en ")
    assert "Set-Cookie" not in client.get("/demo/?lang=xx").headers


def test_headers_say_the_language_to_caches(app: Any) -> None:
    """A page names its language and what it depends on; data that nobody reads does not."""
    page = app.client().get("/demo/", headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == "en"
    assert {"Accept-Language", "Cookie"} <= set(page.vary)
    assert "Content-Language" not in app.client().get("/demo/file").headers


def test_nobody_inherits_a_language(app: Any) -> None:
    """After an answer in French, the thread speaks English again."""
    app.client().get("/demo/", headers={"Accept-Language": "fr"})
    assert language.get() == "en" and gettext("Not Found") == "Not Found"


def test_the_default_is_a_setting(make_app: Any) -> None:
    """People whose browser says nothing get the default language, French unless set."""
    assert make_app("i18n").client().get("/nowhere").json["title"] == "Introuvable"
    assert make_app("i18n", config={"i18n": {"default": "en"}}).client().get("/nowhere").json["title"] == "Not Found"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_wrong_time_zone_takes_the_plugin_out(make_app: Any, zone: str) -> None:
    """A misspelt time zone is an error of the configuration, and the reason says so."""
    app = make_app("i18n", config={"i18n": {"timezone": zone}})
    assert "time zone" in next(info.reason for info in app.flask.runtime.all() if info.name == "i18n")


def test_problems_are_translated(app: Any) -> None:
    """Title, detail and flaws are in the reader's language; the exact English sentence is kept."""
    problem = app.client().get("/demo/wrong", headers={"Accept-Language": "fr"}).json
    assert problem["title"] == "Données non valides" and problem["detail"] == "Certaines données ne conviennent pas."
    assert problem["message"] == "two things are wrong"
    assert [flaw["detail"] for flaw in problem["errors"]] == ["said exactly", "Ce champ est obligatoire."]


def test_readers_of_english_get_the_exact_sentence(app: Any) -> None:
    """In English nothing is made more general than it was."""
    problem = app.client().get("/demo/wrong", headers={"Accept-Language": "en"}).json
    assert problem["detail"] == "two things are wrong" and "message" not in problem


@pytest.mark.parametrize("header", ["", "fr;q=nan", ";;;", "é", "fr-" * 400, "en;q=1e999", "*;q=0"])
def test_no_header_is_an_error(app: Any, header: str) -> None:
    """A malformed Accept-Language gives a page."""
    assert app.client().get("/demo/", headers={"Accept-Language": header}).status_code == 200


@pytest.fixture
def person(make_app: Any) -> Any:
    """Somebody who chose English and the time of New York."""
    from dihya_hookspecs.settings import SettingsStore

    blueprint = Blueprint("demo", __name__)

    @blueprint.get("/")
    @public("a test")
    def page() -> str:
        formats = get(Formats)
        written = formats.date("2026-02-03"), formats.datetime("2026-07-01T22:00:00Z")
        return f"{language.get()} {' '.join(written)}"

    demo = SimpleNamespace(register_routes=hookimpl(lambda: blueprint), __name__="dihya_demo")
    demo.register_routes.__name__ = "register_routes"
    app = make_app("i18n", "settings", plugins={"demo": demo})
    with app.act() as act:
        act.get(SettingsStore).set("i18n.language", "en", person="ann")
        act.get(SettingsStore).set("i18n.timezone", "America/New_York", person="ann")
    return app.client("user", id="ann"), app.client("user", id="bob")


def test_everybody_reads_in_their_own_language_and_time(person: Any) -> None:
    """What a person chose counts for them, wherever they are, and for nobody else."""
    ann, bob = person
    asks = {"Accept-Language": "fr"}
    assert ann.get("/demo/", headers=asks).text.startswith("en 3 Feb 2026 1 Jul 2026, 18:00")
    assert bob.get("/demo/", headers=asks).text.startswith("fr 3 févr. 2026 2 juil. 2026, 00:00")
    assert ann.get("/demo/nothing", headers={**asks, "Accept": "text/html"}).headers["Content-Language"] == "en"


def test_a_language_that_is_chosen_on_a_page_counts_until_the_setting_changes(person: Any) -> None:
    """The links of the frame work for people with a setting, too."""
    ann, _ = person
    ann.get("/demo/?lang=fr")
    assert ann.get("/demo/").text.startswith("fr")
