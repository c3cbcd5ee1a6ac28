"""Sentences in languages that are not read."""

from __future__ import annotations

import pytest
from dihya_services.foreign import foreign
from dihya_services.sentence import parsed


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ein Verein mit Mitgliedern, Beiträgen und Veranstaltungen", "German"),
        ("un club con socios y cuotas para los jugadores", "Spanish"),
        ("عيادة طبيب أسنان ومواعيد المرضى", "Arabic"),
        ("管理俱乐部会员", "a language that is not written in Latin letters"),
    ],
)
def test_the_person_is_told_which_languages_are_read(text, language) -> None:
    """The sentence names the language that it seems to be."""
    assert language in foreign(parsed(text)) and "French and English are read" in foreign(parsed(text))


@pytest.mark.parametrize(
    "text",
    [
        "les adhérents du club et la cotisation",
        "members of the club",
        "",
        "12 🎈",
        "pour que les joueurs y soient",
        "die cut machines",
        "chats",
    ],
)
def test_nothing_is_said_of_french_and_english(text) -> None:
    """A sentence whose language no small word tells gets no remark either."""
    assert foreign(parsed(text)) == ""
