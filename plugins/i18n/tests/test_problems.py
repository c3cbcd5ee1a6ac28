"""Errors in words that people understand."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Problem
from dihya_i18n import catalogues, problems
from dihya_i18n.service import Languages


@pytest.fixture
def act(make_app: Any) -> Any:
    """A running act."""
    with make_app("i18n").act() as act:
        yield act


@pytest.mark.parametrize("code", problems.CODES)
def test_every_code_has_words_in_both_languages(act: Any, code: str) -> None:
    """Each code of the contract and the core is a sentence in French and in English."""
    french, english = (act.get(Languages).catalogue(language).find(code) for language in ("fr", "en"))
    assert french and english and french != english and french.endswith(".") and english.endswith(".")


@pytest.mark.parametrize("title", problems.TITLES)
def test_every_title_is_french_for_the_french(act: Any, title: str) -> None:
    """What HTTP calls its statuses is translated."""
    assert problems.translate(Problem(400, title), "fr").title != title


def test_values_of_the_error_stand_in_the_sentence(act: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A translated sentence names the parameters of the error; where they are absent, the English one stays."""
    phrase = catalogues.Phrase(("Encore %(seconds)s secondes.",), lambda count: 0)
    monkeypatch.setitem(act.get(Languages).catalogue("fr").shared, "problem.wait", phrase)
    told = Problem(429, "Too Many Requests", "wait 3 seconds", code="wait", params={"seconds": 3})
    assert problems.translate(told, "fr").detail == "Encore 3 secondes."
    untold = Problem(429, "Too Many Requests", "wait 3 seconds", code="wait")
    assert problems.translate(untold, "fr").detail == "wait 3 seconds"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "fr",
            "Il vous manque un droit : lire le journal. Il vient avec le rôle Auditeur ; un administrateur peut vous le donner.",
        ),
        ("en", "You lack a right: read the log. It comes with the role Auditor; an administrator can give it to you."),
    ],
)
def test_what_is_missing_is_said_in_the_readers_language(act: Any, code: str, expected: str) -> None:
    """A text among the parameters is said in the language of the sentence."""
    params = {"right": Text("read the log", "lire le journal"), "roles": Text("Auditor", "Auditeur")}
    problem = Problem(403, "Forbidden", "you lack a right: read the log", code="role", params=params)
    assert problems.translate(problem, code).detail == expected


def test_an_unknown_code_keeps_its_sentence(act: Any) -> None:
    """What no catalogue knows stays as it was said."""
    assert (
        problems.translate(Problem(409, "Conflict", "the gate is shut", code="gate"), "fr").detail == "the gate is shut"
    )


def test_an_error_without_words_gets_some(act: Any) -> None:
    """Also in English."""
    assert problems.translate(Problem(404, "Not Found", code="not-found"), "en").detail.startswith("There is nothing")


def test_a_code_is_explained_by_the_plugin_whose_act_it_is(make_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two plugins may use one code; each error is told in the words of the plugin in which it happened."""
    app = make_app("i18n")
    for name, words in (("club", "Le club est fermé."), ("cabinet", "Le cabinet est fermé.")):
        with app.act(f"{name}.visit") as act:
            own = {"problem.shut": catalogues.Phrase((words,), lambda count: 0)}
            monkeypatch.setitem(act.get(Languages).catalogue("fr").own, name, own)
    for name, words in (("club", "Le club est fermé."), ("cabinet", "Le cabinet est fermé."), ("other", "it is shut")):
        with app.act(f"{name}.visit"):
            assert problems.translate(Problem(403, "Forbidden", "it is shut", code="shut"), "fr").detail == words
