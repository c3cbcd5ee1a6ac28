"""Languages come from register_languages, catalogues from every plugin."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.i18n import Language, gettext, ngettext, use
from dihya_i18n.service import Languages


@pytest.fixture(autouse=True)
def quiet() -> Any:
    """Each test begins and ends in English."""
    yield
    use("en", None)


@pytest.fixture
def tamazight() -> Any:
    """A plugin that brings a language."""

    @hookimpl
    def register_languages() -> list[Language]:
        return [Language("zgh", "ⵜⴰⵎⴰⵣⵉⵖⵜ")]

    return SimpleNamespace(register_languages=register_languages, __name__="dihya_zgh")


@pytest.mark.parametrize(("offered", "codes"), [(["en"], ["en"]), (["de"], ["fr", "en"])])
def test_the_operator_says_which_languages_are_offered(make_app: Any, offered: list[str], codes: list[str]) -> None:
    """Those of them that are there; all, where none of them is."""
    app = make_app("i18n", config={"i18n": {"offered": offered}})
    with app.act() as act:
        assert act.get(Languages).codes() == codes


def test_languages_of_all_plugins_are_offered_once(make_app: Any, tamazight: Any) -> None:
    """A second plugin adds languages."""
    app = make_app("i18n", plugins={"zgh": tamazight})
    with app.act() as act:
        assert [(item.code, item.name) for item in act.get(Languages).all()] == [
            ("fr", "Français"), ("en", "English"), ("zgh", "ⵜⴰⵎⴰⵣⵉⵖⵜ"),
        ]  # fmt: skip


def test_speaking_makes_words_follow(make_app: Any) -> None:
    """After speak("fr") messages are French, what nobody translated stays English."""
    with make_app("i18n").act() as act:
        act.get(Languages).speak("fr")
        assert gettext("Not Found") == "Introuvable" and gettext("No such phrase") == "No such phrase"
        assert ngettext("%(count)s dog", "%(count)s dogs", 2) == "2 dogs"


def test_a_default_that_is_not_offered_gives_way(make_app: Any) -> None:
    """A default for which no plugin brings a language falls back to the first that there is."""
    with make_app("i18n", config={"i18n": {"default": "eo"}}).act() as act:
        assert act.get(Languages).default() == "fr"
