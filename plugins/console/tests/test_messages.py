"""Messages wait for the next page, once, signed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import public
from flask import Blueprint, redirect

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def speaker() -> Any:
    """A plugin that says something and sends people elsewhere."""
    blueprint = Blueprint("speaker", __name__)

    @blueprint.get("/")
    @public("a test")
    def talk() -> Any:
        get(Layout).flash("<b>Saved</b>", "success")
        return redirect("/")

    @hookimpl
    def register_routes() -> Blueprint:
        return blueprint

    return SimpleNamespace(register_routes=register_routes, __name__="dihya_speaker")


def test_a_message_is_said_once_on_the_next_page(make_app: Any, speaker: Any) -> None:
    """A message survives the redirect, is escaped, and is gone on the page after."""
    client = make_app("console", plugins={"speaker": speaker}).client("user")
    client.get("/speaker/")
    first, second = client.get("/", headers=HTML).text, client.get("/", headers=HTML).text
    assert "&lt;b&gt;Saved&lt;/b&gt;" in first and "notice success" in first
    assert "Saved" not in second


def test_a_forged_message_is_not_shown(make_app: Any) -> None:
    """A cookie that we did not sign says nothing."""
    client = make_app("console").client("user")
    client.set_cookie("dihya_messages", "W1siZXJyb3IiLCJZb3Ugb3dlIHVzIl1d.x.y")
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 200 and "notice" not in answer.text


def test_messages_are_signed_with_a_key_of_the_installation(make_app: Any, speaker: Any) -> None:
    """Another machine that has the key reads what this one signed."""
    app = make_app("console", plugins={"speaker": speaker})
    app.client().get("/speaker/")
    with app.act() as act:
        assert act.get(Keys).names() == ["console"]


def test_many_and_long_messages_fit_a_cookie(make_app: Any) -> None:
    """What would not fit is cut, so that no browser drops the cookie."""
    blueprint = Blueprint("loud", __name__)

    @blueprint.get("/")
    @public("a test")
    def shout() -> Any:
        for number in range(40):
            get(Layout).flash(f"{number} " + "a" * 5000)
        return redirect("/")

    @hookimpl
    def register_routes() -> Blueprint:
        return blueprint

    app = make_app("console", plugins={"loud": SimpleNamespace(register_routes=register_routes, __name__="dihya_loud")})
    client = app.client("user")
    answer = client.get("/loud/")
    assert len(answer.headers["Set-Cookie"]) < 4096
    assert client.get("/", headers=HTML).text.count('class="notice info"') == 5
