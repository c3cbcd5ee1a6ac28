"""Values of a choice come, go and take the place of others."""

from __future__ import annotations


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def field(document, name, of):
    return next(each for each in table(document, of)["fields"] if each["name"] == name)


def test_choices_are_renamed_merged_and_added(edit, club):
    """A choice keeps its name under another title; the records of a removed one go where it is said, and rules know the new one."""
    entity, found = next(
        (e, f) for e in club["entities"] for f in e["fields"] if f["type"] == "enum" and len(f["values"]) > 2
    )
    kept, gone, *_rest = found["values"]
    given = [{"name": kept["name"], "title": "Autrement"}, {"title": "Tout neuf"}]
    moved = {value["name"]: kept["name"] for value in found["values"][1:2]}
    made = edit(club, "set_choices", table=entity["name"], field=found["name"], choices=given, moved=moved).structure
    values = field(made, found["name"], entity["name"])["values"]
    assert [value["name"] for value in values] == [kept["name"], "tout_neuf"]
    assert values[0]["was"] == [gone["name"]] and values[0]["title"]["fr"] == "Autrement"


def test_where_the_choice_of_new_records_goes_another_one_is_told(edit, club):
    """By the title of the one that took its place."""
    found = field(club, "status", "membership")
    gone = found["default"]
    given = [
        {"name": value["name"], "title": f"T {value['name']}"} for value in found["values"] if value["name"] != gone
    ]
    moved = {gone: given[-1]["name"]}
    made = edit(club, "set_choices", table="membership", field="status", choices=given, moved=moved)
    chosen = field(made.structure, "status", "membership")["default"]
    assert chosen != gone and any(f"“T {chosen}”" in str(notice) for notice in made.notices), made.notices
