"""Tables as somebody writes them on a command line."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_templates.tables import tables

NOBODY = {"en": "not about a person", "fr": "ne concerne personne"}


def test_a_table_is_a_name_and_its_fields() -> None:
    """Type, values, what is required: each stands where it is looked for, blanks do not matter."""
    (book,) = tables([" book :  title:text!   state:enum(good, lost) "])
    assert book == {
        "name": "book",
        "fields": [
            {"name": "title", "type": "text", "required": True, "impersonal": NOBODY},
            {"name": "state", "type": "enum", "values": [{"name": "good"}, {"name": "lost"}], "impersonal": NOBODY},
        ],
    }


def test_one_field_about_a_person_makes_the_table_about_that_person() -> None:
    """An e-mail address is about somebody without a word; the other fields are too, unless they say so."""
    (member,) = tables(["member: email:email since:date colour:text=none"])
    assert member["subject"] == "id"
    assert [field.get("personal") for field in member["fields"]] == ["contact.email", "content", None]


def test_who_refers_to_a_person_is_about_that_person() -> None:
    """In whatever order the tables are named, and over several of them."""
    fine, loan, member = tables(
        ["fine: loan_id:reference amount:decimal", "loan: who_id:reference(member) day:date", "member: name:text=name"]
    )
    assert (fine["fields"][1]["personal"], loan["fields"][1]["personal"]) == ("content", "content")
    assert (loan["fields"][0]["to"], fine["fields"][0]["to"]) == ("member", "loan")
    assert "subject" not in loan
    assert member["subject"] == "id"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("", "no table"),
        ("book", "no table"),
        ("Book: title:text", "no table"),
        ("book:", "no table"),
        ("book: title", "'title' is no field"),
        ("book: title:text!!", "'title:text!!' is no field"),
        ("book: état:text", "'état:text' is no field"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_would_do(said, message) -> None:
    """The part that is wrong is quoted."""
    with pytest.raises(Invalid, match=message):
        tables([said])
