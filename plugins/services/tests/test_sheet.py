"""A page of the editor: what its forms hold."""

from __future__ import annotations

from typing import Any

from dihya_services.editor.sheet import Sheet
from werkzeug.datastructures import MultiDict

DOCUMENT = {
    "title": "Club", "roles": [{"name": "coach", "title": "Coach"}, {"name": "cook", "title": "Cook"}], "purposes": {},
    "entities": [{"name": "member", "title": "Members", "subject": "id", "columns": ["name"],
                  "fields": [{"name": "name", "type": "text", "impersonal": "x"}]}],
}  # fmt: skip


def sheet(posted: dict | MultiDict | None = None, **more: Any) -> Sheet:
    """A page on which something was typed."""
    return Sheet(None, DOCUMENT, posted=MultiDict(posted or {}), **more)  # type: ignore[arg-type]


def test_only_the_form_that_was_sent_holds_what_was_typed() -> None:
    """The form of the other role says what stands, and has no fault."""
    page = sheet({"form": "role", "role": "coach", "title": ""}, faults={"title": "missing"})
    one, other = page.form("role", role="coach"), page.form("role", role="cook")
    assert (one.value("title"), one.fault("title")) == ("", "missing")
    assert (other.value("title"), other.fault("title")) == ("Cook", "")
    assert one.id("title") != other.id("title")


def test_boxes_are_ticked_by_the_document_or_by_what_was_sent() -> None:
    """A box that was not sent is not ticked."""
    form = sheet().form("table", table="member")
    assert form.ticked("person") and sheet().form("list", table="member").ticked("columns", "name")
    typed = sheet({"form": "table", "table": "member"}).form("table", table="member")
    assert not typed.ticked("person")


def test_what_was_typed_stands_beside_what_is_stored() -> None:
    """Only what differs, by its name in words."""
    page = sheet(
        {"form": "table", "table": "member", "title": "Fellows", "name": "member", "person": "on", "erase": "delete"}
    )
    assert page.compared() == [("Title", "Fellows", "Members"), ("Title in the other language", "", "Members")] or (
        "Title", "Fellows", "Members",
    ) in page.compared()  # fmt: skip
    assert page.about() == "Members"
