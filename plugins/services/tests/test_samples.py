"""A table as it will look."""

from __future__ import annotations

from dihya_services.editor.samples import Cell, caption_of, sampled

MEMBER = {
    "name": "member", "caption": "{last_name} {first_name}", "columns": ["last_name", "joined_on"],
    "fields": [{"name": "first_name", "type": "text"}, {"name": "last_name", "type": "text", "required": True},
               {"name": "joined_on", "type": "date"}],
    "sample": {"alice": {"first_name": "Alice", "last_name": "Martin", "joined_on": "2024-01-02"}},
}  # fmt: skip
LOAN = {
    "name": "loan",
    "fields": [
        {"name": "number", "type": "sequence", "pattern": "L-{year}-{number:03}"},
        {"name": "member_id", "type": "reference", "to": "member"},
        {"name": "state", "type": "enum", "values": [{"name": "out", "title": {"en": "Lent", "fr": "Prêté"}}]},
        {"name": "back", "type": "boolean"}, {"name": "fee", "type": "money"},
    ],
    "sample": {"one": {"member_id": "alice", "state": "out", "back": False, "fee": "12.50"}},
}  # fmt: skip
DOCUMENT = {"entities": [MEMBER, LOAN]}


def test_the_list_has_its_columns_and_the_form_all_fields() -> None:
    """Dates and amounts say what they are, so that they are written as the reader writes them."""
    sample = sampled(DOCUMENT, MEMBER)
    assert sample.heads == ["Last name", "Joined on"] and not sample.made_up
    assert sample.rows == [[Cell("", "Martin"), Cell("date", "2024-01-02")]]
    assert [(each.name, each.kind, each.required) for each in sample.form] == [
        ("first_name", "text", False), ("last_name", "text", True), ("joined_on", "date", False),
    ]  # fmt: skip


def test_values_are_shown_as_people_read_them() -> None:
    """A reference by the caption of its record, a choice by its title, yes and no in words, a number that will be given."""
    row = [cell.value for cell in sampled(DOCUMENT, LOAN).rows[0]]
    assert row[0].startswith("L-") and row[0].endswith("-001")
    assert row[1:] == ["Martin Alice", "Lent", "no"]
    assert "number" not in [each.name for each in sampled(DOCUMENT, LOAN).form]


def test_a_table_without_sample_records_shows_what_kind_of_value_stands_where() -> None:
    """One record is made up, and it is said."""
    sample = sampled(DOCUMENT, {**LOAN, "sample": {}})
    assert sample.made_up and len(sample.rows) == 1 and sample.rows[0][2].value == "Lent"


def test_records_that_point_to_each_other_have_a_caption() -> None:
    """Going round ends with the name of the table."""
    one = {
        "name": "a",
        "caption": "{b_id}",
        "fields": [{"name": "b_id", "type": "reference", "to": "b"}],
        "sample": {"x": {"b_id": "y"}},
    }
    two = {
        "name": "b",
        "caption": "{a_id}",
        "fields": [{"name": "a_id", "type": "reference", "to": "a"}],
        "sample": {"y": {"a_id": "x"}},
    }
    assert caption_of({"entities": [one, two]}, one, {"b_id": "y"}) in ("A", "B")
