"""The editor by plain forms, without a script."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

HOSTILE = "<script>alert(1)</script>\"'{{7*7}}"


class Ids(HTMLParser):
    """Ids of a page, and what refers to them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect."""
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.wanted += [given["for"]] if "for" in given else []
        for name in ("aria-describedby", "aria-labelledby"):
            self.wanted += given.get(name, "").split()


def test_a_proposal_becomes_a_structure_that_is_shown_from_then_on(editing) -> None:
    """What the proposal's form said stands in it, and the address of the proposal leads to the editor."""
    edit = editing()
    assert "La chorale" in edit.page and "Members" in edit.page and "Membership fees" in edit.page
    draft = edit.address.removesuffix("/editor/")
    assert edit.client.get(draft).headers["Location"].endswith("/editor/")
    again = edit.client.post(f"{draft}/editor/begin", data={"name": "other"})
    assert again.status_code == 303 and "La chorale" in edit.open()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tables/member",
        "tables/member/fields/email",
        "tables/membership/fields/state",
        "purposes/membership",
        "purposes/",
    ],
)
def test_every_page_names_each_id_once_and_refers_to_none_that_is_missing(editing, path) -> None:
    """Labels, hints and headings lead to an element of the page; there is no script or style inside."""
    edit = editing()
    page = edit.open(path)
    if edit.answer.status_code == 404 and path.endswith("state"):
        page = edit.open("tables/membership/fields/status")
    found = Ids(page)
    assert sorted(found.ids) == sorted(set(found.ids))
    assert set(found.wanted) <= set(found.ids)
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\bsrc=)", page[page.index("<main") :])


@pytest.mark.parametrize(
    ("form", "fields", "marked"),
    [
        ("add_table", {"title": "  "}, "add_table-title"),
        ("add_role", {"title": ""}, "add_role-title"),
        ("application", {"title": "La chorale", "name": "Mon Club", "language": "fr"}, "application-name"),
    ],
)
def test_what_a_form_of_the_overview_lacks_is_said_there(editing, form, fields, marked) -> None:
    """The field has the fault, and the page is that of the form."""
    edit = editing()
    page = edit.post(form, **fields)
    assert edit.answer.status_code == 422
    assert re.search(rf'id="{marked}"[^>]*aria-invalid="true"', page)


def test_tables_and_fields_are_put_in_order_and_the_button_keeps_the_focus(editing) -> None:
    """Down moves by one; the same button has the focus, so that it can be pressed again."""
    edit = editing()
    page = edit.post("move_table", table="member", move="down")
    assert page.index('id="table-membership"') < page.index('id="table-member"')
    assert re.search(r'id="down-member"[^>]* autofocus', page)
    edit.open("tables/member")
    page = edit.post("move_field", table="member", field="last_name", move="up")
    assert page.index('id="field-last_name"') < page.index('id="field-first_name"')
    assert re.search(r'id="up-last_name"[^>]* autofocus', page)


def test_what_goes_with_a_table_is_said(editing) -> None:
    """Removing what others point to says which fields go; the picture and its list know it no more."""
    edit = editing()
    edit.post("add_table", title="Halls")
    hall = re.search(r"tables/(\w+)", edit.answer.headers["Location"])[1]
    edit.open("tables/membership")
    edit.post("add_field", table="membership", label="Hall", type="reference", to=hall)
    page = edit.open()
    assert "“Membership fees” points to “Halls” (Hall)" in page
    page = edit.post("remove_table", table=hall)
    assert "Table “Halls” is removed." in page and "“Hall” of “Membership fees” goes with it" in page
    assert "points to “Halls”" not in page


def test_who_sees_a_table_is_chosen_for_each_role(editing) -> None:
    """What a select says is what the overview shows; a role that is not shown keeps its rights."""
    edit = editing()
    edit.open("tables/member")
    roles = dict.fromkeys(re.findall(r'name="access\.(\w+)"', edit.page), "none")
    page = edit.post(
        "access",
        table="member",
        role=list(roles),
        **{f"access__{role}": "none" for role in roles} | {"access__tresorier": "write"},
    )
    assert "Who sees and changes “Members” is decided." in page
    member = next(each for each in edit.client.get(edit.api).json["entities"] if each["name"] == "member")
    assert member["access"] == {"read": ["tresorier"], "write": ["tresorier"]}


def test_a_role_comes_is_renamed_and_goes(editing) -> None:
    """The three forms of roles."""
    edit = editing()
    assert "Coach" in edit.post("add_role", title="Coach")
    assert "The role is called “Trainer” now." in edit.post("role", role="coach", title="Trainer")
    page = edit.post("remove_role", role="coach")
    assert "Role “Trainer” is removed." in page and 'value="Trainer"' not in page


def test_a_purpose_is_explained_and_changed(editing) -> None:
    """Basis and retention are said in words and chosen in words; what is wrong stands at its field with what was typed."""
    edit = editing()
    page = edit.open("purposes/membership")
    assert "3 years after “Left on”" in page and "contract: without it" in page
    assert '<option value="left_on" selected>“Left on” (Members)</option>' in page
    register = {"purpose": "membership", "title": "register of members", "basis": "consent"}
    page = edit.post("purpose", **register, kept="time", count="2", unit="y", since="")
    assert "The purpose is saved." in page and "2 years" in page
    edit.open("purposes/membership")
    page = edit.post("purpose", **register, kept="time", count="two", unit="y", since="")
    assert edit.answer.status_code == 422 and 'value="two"' in page and "a whole number from 1 to 9999" in page
    edit.open("purposes/membership")
    page = edit.post("purpose", **register, kept="rule", retention="for ever")
    assert edit.answer.status_code == 422 and 'value="for ever"' in page
    page = edit.post("purpose", purpose="", title="Raffle", basis="consent", kept="time", count="6", unit="m", since="")
    assert "Raffle" in page


def test_undo_and_redo_survive_a_reload(editing) -> None:
    """They go back and forth through what was done, in any session; a new change ends what could be redone."""
    edit = editing()
    edit.post("add_table", title="Camps")
    edit.open()
    edit.post("add_table", title="Halls")
    edit.open()
    page = edit.post("", "undo")
    assert "Undone: Table “Halls” is added." in page and "Halls</a>" not in page
    page = edit.post("", "undo")
    assert "Camps</a>" not in page
    assert "Camps</a>" not in edit.open()
    page = edit.post("", "redo")
    assert "Camps</a>" in page and "Redone: Table “Camps” is added." in page
    edit.post("add_table", title="Boats")
    edit.open()
    edit.post("", "redo")
    assert edit.answer.status_code == 409


def test_hostile_labels_are_text_everywhere(editing) -> None:
    """What is typed is shown as typed: on cards, in the picture, in samples, in sentences about changes."""
    edit = editing()
    edit.post("add_table", title=HOSTILE)
    table = re.search(r"tables/(\w+)", edit.answer.headers["Location"])[1]
    page = edit.post("add_field", table=table, label=HOSTILE)
    assert edit.answer.status_code == 303
    edit.post("application", title=HOSTILE, name="chorale", language="fr")
    for path in ("", f"tables/{table}"):
        page = edit.open(path)
        assert "<script>alert" not in page and "49" not in re.findall(r"alert\(1\)[^<]{0,40}", page)
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_sixty_tables_are_shown_and_drawn(editing) -> None:
    """The overview of a large structure answers, every box stands apart from the others."""
    edit = editing()
    document = edit.client.get(edit.api)
    structure, version = document.json, document.headers["ETag"]
    field = {"name": "label", "type": "text", "label": {"en": "Label", "fr": "Libellé"}, "impersonal": "a thing"}
    structure["entities"] += [
        {"name": f"thing_{number}", "title": {"en": f"Things {number}", "fr": f"Choses {number}"}, "fields": [field]}
        for number in range(58)
    ]
    answer = edit.client.put(edit.api, json={"structure": structure}, headers={"If-Match": version})
    assert answer.status_code == 200, answer.text
    page = edit.open()
    assert page.count('class="card" id="table-') == 60
    places = re.findall(r'<rect x="(\d+)" y="(\d+)"', page)
    assert len(places) == len(set(places)) == 60


def test_one_more_sentence_is_applied_and_each_change_said(editing) -> None:
    """A field and a table are added; undo takes both back."""
    edit = editing(language="fr")
    page = edit.post("", "sentence", sentence="ajoute la taille du maillot et les stages d'été")
    assert edit.answer.status_code == 303, page
    assert "Taille du maillot" in page and "Stages d&#39;été" in page
    page = edit.post("", "undo")
    assert "Stages d&#39;été</a>" not in page


def test_a_sentence_that_says_nothing_stays_in_its_field(editing) -> None:
    """422, with one sentence why."""
    edit = editing()
    page = edit.post("", "sentence", sentence="remove the unicorns")
    assert edit.answer.status_code == 422 and 'value="remove the unicorns"' in page
    assert "“unicorns” is no table and no field here" in page


def test_what_was_edited_is_built(editing, edited_app) -> None:
    """The plugin has the tables of the structure; whoever comes back to the editor is led to the plugin."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.ops import Tasks

    edit = editing()
    edit.post("add_table", title="Boats")
    edit.open()
    edit.post("", "build")
    assert edit.answer.status_code == 303
    with edited_app.act("test.work", actor=OPERATOR) as act:
        act.get(Tasks).work()
    draft = edit.address.removesuffix("/editor/")
    page = edit.client.get(draft).text
    assert "Your plugin is proven" in page, page
    assert "Boat" in json.dumps(edit.client.get(edit.api).json)
    assert edit.client.get(edit.address).headers["Location"].endswith(draft)
    assert edit.client.get(f"{edit.address}tables/member").status_code == 404


def test_nobody_edits_the_draft_of_somebody_else(editing, edited_app) -> None:
    """403 or 404 for each page and form, and the draft stays as it is."""
    edit = editing()
    other = edited_app.client("user")
    version = edit.version
    assert other.get(edit.address).status_code in (403, 404)
    answer = other.post(edit.address, data={"form": "add_table", "title": "Mine", "version": version})
    assert answer.status_code in (403, 404)
    assert "Mine" not in edit.open() and edit.version == version


@pytest.mark.parametrize("fields", [{"form": "nonsense"}, {"form": ""}, {"version": "x"}, {"version": "9" * 40}])
def test_a_form_that_is_none_is_refused(editing, fields) -> None:
    """400 with a page, not an error of the server."""
    edit = editing()
    answer = edit.client.post(edit.address, data={"form": "add_table", "title": "X", "version": edit.version, **fields})
    assert answer.status_code in (400, 409)
