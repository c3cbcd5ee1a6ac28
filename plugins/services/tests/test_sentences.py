"""One more sentence, as edits."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Block
from dihya_hookspecs.i18n import Text
from dihya_services.editor.sentences import read

DOCUMENT = {
    "entities": [
        {"name": "fee", "title": {"en": "Fees", "fr": "Cotisations"}, "singular": {"en": "Fee", "fr": "Cotisation"},
         "fields": [{"name": "amount", "label": {"en": "Amount", "fr": "Montant"}}]},
        {"name": "member", "title": {"en": "Members", "fr": "Adhérents"}, "singular": {"en": "Member", "fr": "Adhérent"},
         "subject": "id", "fields": [{"name": "phone", "label": {"en": "Phone", "fr": "Téléphone"}}]},
    ]
}  # fmt: skip
BLOCKS = (Block("equipment", Text("Equipment", "Matériel"), Text("Item", "Article"), ("computer", "ordinateur")),)


def edits(sentence: str) -> list[dict]:
    """The edits for which a sentence asks."""
    return read(sentence, DOCUMENT, BLOCKS, 2000).edits


def field(label: str | dict[str, str], table: str = "member", **more: str) -> dict:
    """A field that is added."""
    return {"edit": "add_field", "table": table, "label": label, **more}


def new(title: str, **more: str) -> dict:
    """A table that is added."""
    return {"edit": "add_table", "title": title, **more}


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("ajoute la taille du maillot et les stages d'été", [field("Taille du maillot", type="text"), new("Stages d'été")]),
        ("Add the shirt size and the summer camps", [field("Shirt size", type="text"), new("Summer camps")]),
        ("ajouter un commentaire aux cotisations", [field("Commentaire", "fee", type="long_text")]),
        ("add a due date to fees, please", [field({"en": "Due date", "fr": "Date d'échéance"}, "fee", type="date")]),
        ("il faut aussi les ordinateurs", [new("Ordinateurs", block="equipment")]),
        ("ajoute une table matériel de secours", [new("Matériel de secours")]),
        ("ajoute un champ notes", [field("Notes", type="long_text")]),
        ("supprime les cotisations", [{"edit": "remove_table", "table": "fee"}]),
        ("enlève le téléphone des adhérents", [{"edit": "remove_field", "table": "member", "field": "phone"}]),
        ("remove the amount and the phone", [{"edit": "remove_field", "table": "fee", "field": "amount"},
                                             {"edit": "remove_field", "table": "member", "field": "phone"}]),
        ("renomme adhérents en licenciés", [{"edit": "rename_table", "table": "member", "title": "Licenciés"}]),
        ("rename phone to mobile", [{"edit": "rename_field", "table": "member", "field": "phone", "label": "Mobile"}]),
        ("enlève les cotisations et ajoute les bateaux", [{"edit": "remove_table", "table": "fee"}, new("Bateaux")]),
    ],
)  # fmt: skip
def test_what_a_sentence_asks_for(sentence: str, wanted: list[dict]) -> None:
    """One thing is a field, of the table that is named or of the people; several things are a table."""
    assert edits(sentence) == wanted


def test_what_cannot_be_read_is_said() -> None:
    """Beside what could be."""
    found = read("supprime les licornes et ajoute les bateaux", DOCUMENT, BLOCKS, 2000)
    assert found.edits == [new("Bateaux")]
    assert len(found.unread) == 1 and "licornes" in found.unread[0]


def test_another_name_for_what_is_there_is_a_table_of_its_own() -> None:
    """A block stands once in a structure; the same word for the same table adds nothing, and that is said."""
    camps = Block("camp", Text("Events", "Événements"), Text("Event", "Événement"), ("stage", "camp"))
    there = {
        "entities": [
            *DOCUMENT["entities"],
            {"name": "camp", "title": {"en": "Events", "fr": "Événements"}, "fields": []},
        ]
    }
    assert read("ajoute les stages d'été", there, (camps,), 2000).edits == [new("Stages d'été")]
    again = read("ajoute les événements", there, (camps,), 2000)
    assert not again.edits and "événements" in again.unread[0]


@pytest.mark.parametrize("sentence", ["", "   ", "?!", "x" * 5000])
def test_what_is_no_sentence_is_refused(sentence: str) -> None:
    """Empty, without letters, too long."""
    with pytest.raises(Invalid):
        edits(sentence)


@pytest.mark.parametrize("sentence", ["ajoute", "et et et", "supprime", "renomme en", "ajoute la", "🙂🙂 ajoute 🙂 x"])
def test_odd_sentences_give_edits_or_nothing(sentence: str) -> None:
    """Never an error of ours."""
    assert isinstance(read(sentence, DOCUMENT, BLOCKS, 2000).edits, list)
