"""Fields in the editor, and what becomes of what was typed."""

from __future__ import annotations

import re


def test_a_table_gets_fields_and_the_focus_goes_on_where_one_types(editing) -> None:
    """After a table its own page comes; after a field the input for the next one has the focus."""
    edit = editing()
    page = edit.post("add_table", title="Stages")
    name = re.search(r"tables/(\w+)", edit.answer.headers["Location"])[1]
    assert "<h1" in page and "Table “Stages” is added." in page
    page = edit.post("add_field", table=name, label="Date of birth")
    assert "Field “Date of birth” is added to “Stages”." in page
    assert re.search(rf'<input[^>]*id="add_field-{name}-label"[^>]* autofocus', page)


def test_a_field_says_all_that_its_form_asks(editing) -> None:
    """Label, help, type, limits and what it says of a person are saved by one form."""
    edit = editing()
    edit.open("tables/member/fields/phone")
    page = edit.post(
        "field", table="member", field="phone", label="Mobile", label_other="Portable", help="With the country", type="phone",
        required="on", about="person", category="contact.phone_number", name="mobile",
    )  # fmt: skip
    assert edit.answer.status_code == 303, page
    page = edit.open("tables/member/fields/mobile")
    assert 'value="Mobile"' in page and 'value="Portable"' in page and 'value="With the country"' in page
    assert re.search(r'name="required" value="on" checked', page)


def test_choices_are_renamed_moved_added_and_removed_by_their_lines(editing) -> None:
    """A line that is moved keeps its name, one that is written otherwise is the same choice under another title."""
    edit = editing()
    edit.open("tables/member")
    edit.post("add_field", table="member", label="Size", type="enum", values="Small\nMedium\nLarge")
    edit.open("tables/member/fields/size")
    base = {"table": "member", "field": "size", "label": "Size", "type": "enum", "about": "nobody"}
    edit.post("field", **base, values="Large\nMedium\nTiny\n")
    page = edit.open("tables/member/fields/size")
    assert "Large\nMedium\nTiny</textarea>" in page
    structure = edit.client.get(edit.api).json
    member = next(each for each in structure["entities"] if each["name"] == "member")
    values = next(each for each in member["fields"] if each["name"] == "size")["values"]
    assert [each["name"] for each in values] == ["large", "medium", "small"]


def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(editing) -> None:
    """422: the field is marked and described by the sentence, the other fields keep what was typed."""
    edit = editing()
    edit.open("tables/member/fields/phone")
    page = edit.post(
        "field", table="member", field="phone", label="Portable", help="sans espace", type="reference", to="", about="person",
        category="contact.phone_number",
    )  # fmt: skip
    assert edit.answer.status_code == 422
    assert re.search(r'<select id="field-member-phone-to" [^>]*aria-invalid="true"', page)
    assert 'id="field-member-phone-to-error"' in page
    assert 'value="Portable"' in page and 'value="sans espace"' in page
    assert re.search(r'<option value="reference" selected', page)
    assert re.search(r'id="error" tabindex="-1" autofocus', page)


def test_two_tabs_lose_nothing(editing) -> None:
    """The later one is answered 409 with what was typed beside what stands; sent again, its own counts."""
    first = editing()
    first.open("tables/member/fields/phone")
    old = first.page
    first.post(
        "field",
        table="member",
        field="phone",
        label="Mobile",
        type="phone",
        about="person",
        category="contact.phone_number",
    )
    first.page = old
    typed = {"table": "member", "field": "phone", "label": "Landline", "type": "phone", "about": "person",
             "category": "contact.phone_number", "help": "typed long"}  # fmt: skip
    page = first.post("field", **typed)
    assert first.answer.status_code == 409
    assert "This draft has changed meanwhile." in page and "is called “Mobile” now" in page
    assert re.search(r"<td[^>]*>Landline</td><td[^>]*>Mobile</td>", page)
    assert 'value="Landline"' in page and 'value="typed long"' in page
    page = first.post("field", **typed)
    assert first.answer.status_code == 303
    assert 'value="Landline"' in first.open("tables/member/fields/phone")


def test_what_was_typed_about_a_table_that_is_gone_is_shown(editing) -> None:
    """409: the overview says that it is gone, and what the form held."""
    edit = editing()
    edit.open("tables/membership")
    old = edit.page
    edit.open()
    edit.post("remove_table", table="membership")
    edit.page = old
    page = edit.post("add_field", table="membership", label="Typed with care")
    assert edit.answer.status_code == 409 and "Typed with care" in page
