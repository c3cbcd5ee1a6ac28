"""What is about people, for which purpose, and who sees it."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def field(document, name, of):
    return next(each for each in table(document, of)["fields"] if each["name"] == name)


def test_in_a_table_about_people_a_field_is_about_them(edit, club):
    """Unless somebody says otherwise: nothing about a person is held without a purpose by mistake."""
    made = edit(club, "add_field", table="member", label="Taille du maillot")
    assert field(made.structure, "taille_maillot", "member")["personal"] == "content"
    made = edit(
        made.structure, "set_impersonal", table="member", field="taille_maillot", reason="une taille de vêtement"
    )
    assert "personal" not in field(made.structure, "taille_maillot", "member")


def test_data_of_a_special_category_gets_a_purpose_that_allows_it(edit, club):
    """An allergy needs a condition of article 9; where no purpose has one, consent is proposed and said."""
    made = edit(club, "add_field", table="member", label="Allergies")
    found = field(made.structure, "allergies", "member")
    purpose = made.structure["purposes"][found["purpose"]]
    assert found["personal"].startswith("health") and (purpose["basis"], purpose["article9"]) == ("consent", "a")
    assert any("article 9" in notice for notice in made.notices)


def test_a_role_that_goes_leaves_no_trace(edit, club):
    """Tables that only it could change are named."""
    role = club["roles"][0]["name"]
    made = edit(club, "remove_role", role=role).structure
    assert role not in [each["name"] for each in made["roles"]]
    assert all(role not in each["access"]["read"] + each["access"]["write"] for each in made["entities"])
    added = edit(made, "add_role", title="Arbitre").structure
    assert added["roles"][-1] == {"name": "arbitre", "title": {"en": "Arbitre", "fr": "Arbitre"}}
    sees = edit(added, "set_access", table="event", read=["arbitre"], write=[]).structure
    assert table(sees, "event")["access"] == {"read": ["arbitre"], "write": []}


def test_a_purpose_that_somebody_changed_has_no_source_any_more(edit, club):
    """The source told where the old basis and retention stand."""
    name = table(club, "member")["purpose"]
    made = edit(club, "change_purpose", purpose=name, retention="1y").structure
    assert made["purposes"][name]["retention"] == "1y" and "source" not in made["purposes"][name]
    with pytest.raises(Invalid, match="not written as it must be"):
        edit(club, "change_purpose", purpose=name, retention="for ever and a day")
