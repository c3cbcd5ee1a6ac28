"""Tables of a proposal that somebody does not want."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_services.dropping import from_sentence, without_named, without_tables

LOAN = {
    "name": "loan", "block": "loan", "title": {"en": "Loans", "fr": "Prêts"}, "caption": "{thing_id}", "columns": ["thing_id", "note"],
    "fields": [{"name": "thing_id", "to": "thing", "required": True}, {"name": "note"}],
}  # fmt: skip
VISIT = {
    "name": "visit", "origin": "sentence", "title": {"en": "Visits", "fr": "Visites"}, "caption": "{thing_id}", "columns": ["thing_id", "note"],
    "fields": [{"name": "thing_id", "to": "thing"}, {"name": "note"}], "rules": [{"rule": "not_before", "field": "note", "than": "thing_id"}],
    "sample": {"one": {"thing_id": "x", "note": "y"}},
}  # fmt: skip
THING = {"name": "thing", "origin": "sentence", "title": {"en": "Things", "fr": "Choses"}, "fields": [{"name": "name"}]}
MORE = {"name": "member", "origin": "sentence", "fields": [{"name": "size"}]}


def test_a_table_goes_with_what_must_refer_to_it() -> None:
    """What may refer to it stays, and speaks of it no longer."""
    (left,) = without_tables([LOAN, VISIT, THING], {"thing"})
    assert left == {
        "name": "visit", "origin": "sentence", "title": VISIT["title"], "columns": ["note"], "fields": [{"name": "note"}], "rules": [],
        "sample": {"one": {"note": "y"}},
    }  # fmt: skip


def test_tables_are_called_by_name_or_title() -> None:
    """In either language, with or without accents."""
    assert [each["name"] for each in without_named([LOAN, THING, MORE], ["prets"])] == ["thing", "member"]
    assert [each["name"] for each in without_named([LOAN, THING, MORE], ["loan"])] == ["thing", "member"]


def test_another_name_is_refused() -> None:
    """The error says which tables there are; fields for a table of the trade are none of them."""
    assert from_sentence([LOAN, THING, MORE]) == ["loan", "thing"]
    with pytest.raises(Invalid, match="the sentence adds no table 'member'; it adds: loan, thing"):
        without_named([LOAN, THING, MORE], ["member"])
