"""The pages that every resource gets, from list to removal."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
TIN = {"name": "Tin", "email": "tin@example.org", "plan": "reduced", "active": "on"}


@pytest.fixture
def admin(app: Any) -> Any:
    """A client that may write."""
    return app.client("admin")


def add(client: Any, **values: str) -> str:
    """Add a member through the form and return the path of its page."""
    answer = client.post("/demo/members/new", data={**TIN, **values}, headers=HTML)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_record_is_added_shown_changed_and_removed(admin: Any, app: Any) -> None:
    """The whole life of a record, each act recorded in the audit."""
    path = add(admin)
    page = admin.get(path, headers=HTML).text
    assert "<h1>Tin</h1>" in page and "Reduced" in page and "“Tin” was added." in page
    form = admin.get(f"{path}/edit", headers=HTML).text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version and 'value="tin@example.org"' in form
    answer = admin.post(f"{path}/edit", data={**TIN, "name": "Tin Hinan", "version": version[1]})
    assert answer.status_code == 303 and "Tin Hinan" in admin.get(path, headers=HTML).text
    assert "can be put back for 30 days" in admin.get(f"{path}/delete", headers=HTML).text
    assert admin.post(f"{path}/delete").status_code == 303
    assert admin.get(path).status_code == 404
    actions = [event.action for event in app.trail if event.object and event.object.startswith("demo_members")]
    assert len(actions) == 3


def test_what_happened_to_a_record_is_said_in_french_whatever_its_name(admin: Any) -> None:
    """The record is spoken of as a sheet, so that a fee is not said in the gender of a member."""
    french = {**HTML, "Accept-Language": "fr"}
    path = admin.post("/demo/members/new", data=TIN, headers=french).headers["Location"]
    assert "La fiche « Tin » a été ajoutée." in admin.get(path, headers=french).text
    admin.post(f"{path}/delete", headers=french)
    page = admin.get("/demo/members/", headers=french).text
    assert "La fiche « Tin » a été supprimée." in page
    undo = re.search(r'action="(/demo/members/bin/[^"]+)"', page)
    assert undo and admin.post(undo[1], headers=french).status_code == 303
    assert "La fiche « Tin » est rétablie." in admin.get("/demo/members/", headers=french).text


def test_a_list_is_searched_sorted_and_paged(admin: Any) -> None:
    """Sixty members come in two pages; words and columns choose what comes first."""
    for number in range(60):
        add(admin, name=f"Member {number:02}", email=f"m{number}@example.org")
    first = admin.get("/demo/members/", headers=HTML).text
    assert "1–50 of 60 records" in first and first.count('<th scope="row"') == 50
    following = re.search(r'href="(\?after=[^"]+)"', first)
    assert following
    second = admin.get("/demo/members/" + following[1], headers=HTML).text
    assert second.count('<th scope="row"') == 10 and "Member 59" in second and "First page" in second
    found = admin.get("/demo/members/?q=member+07", headers=HTML).text
    assert "1 record<" in found and "Member 07" in found
    backwards = admin.get("/demo/members/?sort=-name", headers=HTML).text
    assert 'aria-sort="descending"' in backwards and backwards.index("Member 59") < backwards.index("Member 20")
    assert "Nothing found" in admin.get("/demo/members/?q=zzz", headers=HTML).text


def test_an_empty_list_says_what_to_do(admin: Any, app: Any) -> None:
    """Somebody who may write is offered the form, somebody who may not is not."""
    assert 'href="/demo/members/new"' in admin.get("/demo/members/", headers=HTML).text
    page = app.client("user").get("/demo/members/", headers=HTML).text
    assert "Nothing here yet" in page and "/demo/members/new" not in page


@pytest.mark.parametrize("query", ["?sort=shoe_size", "?after=nonsense", "?member_id=nonsense"])
def test_a_strange_list_is_a_problem_and_no_failure(admin: Any, query: str) -> None:
    """Unknown columns, cursors and identifiers are refused with a 4xx."""
    path = "/demo/fees/" if "member" in query else "/demo/members/"
    assert 400 <= admin.get(path + query).status_code < 500


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "new"),
        ("POST", "new"),
        ("GET", "{id}/edit"),
        ("POST", "{id}/edit"),
        ("GET", "{id}/delete"),
        ("POST", "{id}/delete"),
    ],
)
def test_reading_is_not_writing(app: Any, admin: Any, method: str, path: str) -> None:
    """Somebody who may only read is refused every form, and a stranger everything."""
    record = add(admin)
    where = "/demo/members/" + path.format(id=record.rsplit("/", 1)[-1])
    assert app.client("user").get(record, headers=HTML).status_code == 200
    assert app.client("user").open(where, method=method, data=TIN).status_code == 403
    assert app.client().open(where, method=method, data=TIN).status_code == 401
    assert app.client().get("/demo/members/").status_code == 401
    assert app.client().get("/demo/members.csv").status_code == 401
    assert "Tin" in admin.get(record, headers=HTML).text


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"name": "T"}, "name", "Must have at least 2 characters."),
        ({"name": "Nobody"}, "name", "a real name is needed"),
        ({"email": "nonsense"}, "email", "This value does not have the expected form."),
        ({"plan": "free"}, "plan", "Choose one of the values offered."),
    ],
)
def test_a_fault_stands_at_its_field(admin: Any, values: dict[str, str], field: str, words: str) -> None:
    """A wrong value is explained beside its input, what was written stays, nothing is saved."""
    answer = admin.post("/demo/members/new", data={**TIN, "note": "keep me", **values}, headers=HTML)
    assert answer.status_code == 422
    assert f'id="{field}-error">{words}<' in answer.text
    assert re.search(rf'id="{field}"[^>]*aria-describedby="{field}-error', answer.text)
    assert "keep me" in answer.text and 'aria-invalid="true"' in answer.text
    assert "Nothing here yet" in admin.get("/demo/members/", headers=HTML).text


def test_a_rule_about_the_whole_is_said_above(admin: Any) -> None:
    """A rule that names no field is shown above the form."""
    answer = admin.post("/demo/members/new", data={**TIN, "name": "Anybody"}, headers=HTML)
    assert answer.status_code == 422 and "anybody is too many" in answer.text


def test_a_taken_value_is_said_at_its_field(admin: Any) -> None:
    """A unique value that exists is explained, in French too, and the form can be sent again."""
    add(admin)
    answer = admin.post("/demo/members/new", data={**TIN, "name": "Yuba"}, headers={**HTML, "Accept-Language": "fr"})
    assert answer.status_code == 422 and "Cette valeur est déjà prise." in answer.text
    add(admin, name="Yuba", email="yuba@example.org")


@pytest.mark.parametrize(
    ("code", "said"),
    [("en", "already a record with the same “Label” and"), ("fr", "existe déjà une fiche avec les mêmes « ")],
)
def test_what_is_taken_together_is_said_with_all_its_fields(admin: Any, code: str, said: str) -> None:
    """A second fee of a member under one label is refused by the rule's own words, not as if one value alone were taken."""
    data = {"label": "2026", "member_id": add(admin).rsplit("/", 1)[-1], "amount": "1"}
    assert admin.post("/demo/fees/new", data=data).status_code == 303
    answer = admin.post("/demo/fees/new", data=data, headers={"Accept": "text/html", "Accept-Language": code})
    assert answer.status_code == 422 and said in answer.text
    assert "already taken" not in answer.text and "déjà prise" not in answer.text


def test_two_people_do_not_overwrite_each_other(admin: Any) -> None:
    """Whoever comes second sees what differs, and may then decide."""
    path = add(admin, note="two\r\nlines")
    admin.post(f"{path}/edit", data={**TIN, "note": "two\r\nlines", "name": "First", "version": "1"})
    data = {**TIN, "note": "two\r\nlines", "name": "Second", "version": "1"}
    answer = admin.post(f"{path}/edit", data=data, headers=HTML)
    assert answer.status_code == 412
    assert re.search(r"<td[^>]*>Second</td><td[^>]*>First</td>", answer.text) and "Somebody else changed" in answer.text
    assert ">Note</th>" not in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version and version[1] == "2"
    assert "First" in admin.get(path, headers=HTML).text
    assert admin.post(f"{path}/edit", data={**TIN, "name": "Second", "version": version[1]}).status_code == 303
    assert "<h1>Second</h1>" in admin.get(path, headers=HTML).text


def test_a_wrong_change_keeps_the_record(admin: Any) -> None:
    """A change that breaks a rule of the service is not saved by accident."""
    path = add(admin)
    answer = admin.post(f"{path}/edit", data={**TIN, "name": "Nobody", "version": "1"}, headers=HTML)
    assert answer.status_code == 422 and 'value="Nobody"' in answer.text
    assert "<h1>Tin</h1>" in admin.get(path, headers=HTML).text


def test_a_reference_is_chosen_shown_and_followed(admin: Any) -> None:
    """A fee belongs to a member: chosen by name, shown as a link, found from the member's page."""
    member = add(admin)
    id = member.rsplit("/", 1)[-1]
    form = admin.get("/demo/fees/new", headers=HTML).text
    assert f'<option value="{id}">Tin</option>' in form
    answer = admin.post("/demo/fees/new", data={"label": "2026", "member_id": id, "amount": "24.50"})
    assert answer.status_code == 303
    assert f'<a href="{member}">Tin</a>' in admin.get("/demo/fees/", headers=HTML).text
    related = f"/demo/fees/?member_id={id}"
    assert f'href="{related}"' in admin.get(member, headers=HTML).text
    assert "24.5" in admin.get(related, headers=HTML).text


def test_a_record_that_others_need_stays(admin: Any) -> None:
    """Removing a member who has fees is refused with the ways to them, and there is nothing to press again."""
    member = add(admin)
    for number in range(7):
        data = {"label": f"Fee {number}", "member_id": member.rsplit("/", 1)[-1], "amount": "1"}
        admin.post("/demo/fees/new", data=data)
    answer = admin.post(f"{member}/delete", headers=HTML)
    assert answer.status_code == 409
    said = re.search(r'role="alert"[^>]*>(.*?)</div>', answer.text, re.DOTALL)[1]
    ways = re.findall(r'<a href="([^"]+)">([^<]+)</a>', said)
    assert "change them first." in said and said.rstrip().endswith(", …</p>")
    assert [name for _, name in ways] == ["Fees (7)", *(f"Fee {number}" for number in (6, 5, 4, 3, 2))]
    assert [admin.get(path).status_code for path, _ in ways] == [200] * 6
    assert '<button class="danger">' not in answer.text and admin.get(member).status_code == 200


def test_many_references_are_searched(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more records than a list holds, a word finds the one, and what was written stays."""
    monkeypatch.setattr("dihya_console.records.MOST_OPTIONS", 3)
    for number in range(5):
        add(admin, name=f"Member {number}", email=f"m{number}@example.org")
    assert 'name="member_id__find"' in admin.get("/demo/fees/new", headers=HTML).text
    data = {"label": "kept", "member_id__find": "member 4", "find": "member_id"}
    answer = admin.post("/demo/fees/new", data=data, headers=HTML)
    assert answer.status_code == 200 and "Member 4</option>" in answer.text and "Member 1</option>" not in answer.text
    assert 'value="kept"' in answer.text


def test_a_spreadsheet_holds_everything(admin: Any, app: Any) -> None:
    """The CSV has a byte order mark, every record and field, and its export is recorded."""
    add(admin, note="=HYPERLINK(1)")
    add(admin, name="+Yuba", email="yuba@example.org")
    answer = admin.get("/demo/members.csv", headers={"Accept-Language": "en"})
    assert answer.mimetype == "text/csv" and answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["'+Yuba", "Tin"]
    assert rows[1]["Note"] == "'=HYPERLINK(1)" and rows[1]["Fee"] == "Reduced" and rows[1]["Active"] == "yes"
    assert "demo.exported" in [event.action for event in app.trail]
    french = admin.get("/demo/members.csv", headers={"Accept-Language": "fr"}).data.decode("utf-8-sig")
    assert french.startswith("Nom;Courriel;Tarif")


def test_a_spreadsheet_says_names_and_writes_numbers_as_the_language_does(admin: Any) -> None:
    """A reference is the name of what it points to, never an identifier; a French file has decimal commas and local times."""
    id = add(admin, name="Tin").rsplit("/", 1)[-1]
    fee = {"label": "2026", "member_id": id, "amount": "1234.50", "due": "2026-03-01T10:00"}
    assert admin.post("/demo/fees/new", data=fee).status_code == 303
    french = admin.get("/demo/fees.csv", headers={"Accept-Language": "fr"}).data.decode("utf-8-sig").splitlines()[1]
    english = admin.get("/demo/fees.csv", headers={"Accept-Language": "en"}).data.decode("utf-8-sig").splitlines()[1]
    assert french == "2026;Tin;1234,50;2026-03-01 10:00:00"
    assert english == "2026,Tin,1234.50,2026-03-01 10:00:00"


def test_values_are_text_and_never_markup(admin: Any) -> None:
    """A value with markup is shown as it was written, on every page."""
    path = add(admin, name="<script>alert(1)</script>")
    for where in (path, "/demo/members/", f"{path}/edit", f"{path}/delete"):
        assert "<script>alert" not in admin.get(where, headers=HTML).text
