"""Whose eyes a sentence keeps a table for."""

from __future__ import annotations

import pytest
from dihya_services.sentence import parsed
from dihya_services.who_sees import kept_for, role_of

ROLES = [{"name": "moniteur", "title": {"en": "Instructor", "fr": "Moniteur"}}]


@pytest.mark.parametrize(
    ("text", "named", "role", "tables"),
    [
        (
            "élèves, seuls les moniteurs voient les bilans",
            {"élèves": "pupil", "bilans": "grade"},
            "moniteurs",
            ["grade"],
        ),
        (
            "pupils, only coaches see the grades and absences",
            {"grades": "grade", "absences": "absence"},
            "coaches",
            ["grade", "absence"],
        ),
        ("paiements visibles seulement par la trésorière", {"paiements": "payment"}, "trésorière", ["payment"]),
        ("seul le stock, puis voir les paiements", {"stock": "stock", "paiements": "payment"}, "", []),
        ("only payments", {"payments": "payment"}, "", []),
    ],
)
def test_one_role_alone_sees_what_the_sentence_says(text, named, role, tables) -> None:
    """Another part of the sentence, and an “only” without anybody who sees, keep nothing."""
    sentence = parsed(text)
    places = [(place, named[word.text]) for place, word in enumerate(sentence.words) if word.text in named]
    found = list(kept_for(sentence, places))
    assert [sentence.text(each.start, each.length) for each in found] == ([role] if role else [])
    assert [name for each in found for name in each.tables] == tables


@pytest.mark.parametrize(
    ("text", "name"),
    [("moniteurs", "moniteur"), ("instructors", "moniteur"), ("trésorières", "tresoriere"), ("admins", "admin_2")],
)
def test_a_role_is_one_of_the_trade_or_a_new_one(text, name) -> None:
    """A new one is never called like a role that all plugins share."""
    role = role_of(text, "en" if text in ("instructors", "admins") else "fr", ROLES)
    assert role["name"] == name
