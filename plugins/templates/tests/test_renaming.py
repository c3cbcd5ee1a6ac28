"""A technical name that changes is followed by whatever names it."""

from __future__ import annotations


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def field(document, name, of):
    return next(each for each in table(document, of)["fields"] if each["name"] == name)


def test_renaming_a_field_takes_along_whatever_names_it(edit, club):
    """Caption, columns, search, rules, samples and retention follow; the field remembers what it was."""
    before = table(club, "member")
    made = edit(
        club, "rename_field", table="member", field="last_name", label="Nom de famille", name="surname"
    ).structure
    after = table(made, "member")
    assert field(made, "surname", "member")["was"] == "last_name"
    assert after["caption"] == before["caption"].replace("{last_name}", "{surname}") and after["order"].endswith(
        "surname"
    )
    assert "surname" in after["search"] and all("last_name" not in row for row in after["sample"].values())
    back = edit(made, "rename_field", table="member", field="surname", name="last_name").structure
    assert "was" not in field(back, "last_name", "member")
    date = next(
        each["name"]
        for each in before["fields"]
        if any(f"after {each['name']}" in p["retention"] for p in club["purposes"].values())
    )
    made = edit(club, "rename_field", table="member", field=date, name="gone_on").structure
    assert any("after gone_on" in purpose["retention"] for purpose in made["purposes"].values())


def test_renaming_a_table_takes_along_what_points_to_it(edit, club):
    """References follow, and so does the plural."""
    made = edit(club, "rename_table", table="member", title="Joueurs", singular="Joueur", name="player").structure
    found = table(made, "player")
    assert (found["was"], found["plural"], found["title"]["fr"]) == ("member", "players", "Joueurs")
    assert all(each["to"] != "member" for entity in made["entities"] for each in entity["fields"] if "to" in each)
