"""Files that become records."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from dihya_hookspecs.resources import tables

HTML = {"Accept": "text/html", "Accept-Language": "en"}
GOOD = "Name;E-mail;Fee;Member since;Active;Shoe size\nTin;tin@example.org;Reduced;31/01/2026;yes;38\nYuba;;full;;;\n"


@pytest.fixture
def admin(app: Any) -> Any:
    """A client that may write."""
    return app.client("admin")


def check(client: Any, text: str, place: str = "members") -> Any:
    """Send a file to be looked at."""
    sent = {"file": (io.BytesIO(text.encode()), "people.csv")}
    return client.post(f"/demo/{place}/import", data=sent, headers=HTML, content_type="multipart/form-data")


def keep(client: Any, page: Any, place: str = "members") -> Any:
    """Press the button of a page that shows what would happen."""
    found = re.search(r'name="data" value="([^"]+)"', page.text)
    assert found, page.text
    return client.post(f"/demo/{place}/import", data={"data": found[1], "keep": "1"}, headers=HTML)


def test_a_file_is_shown_before_anything_is_saved(admin: Any, app: Any) -> None:
    """The preview names what would be added and what is left out, and leaves nothing, not even in the audit."""
    page = check(admin, GOOD)
    assert page.status_code == 200 and "2 records would be added" in page.text
    assert "Shoe size" in page.text and ">Tin<" in page.text and ">Yuba<" in page.text
    assert "Nothing here yet" in admin.get("/demo/members/", headers=HTML).text
    assert not [event for event in app.trail if event.object and event.object.startswith("demo_members:")]


def test_what_was_shown_is_added_in_one_act(admin: Any, app: Any) -> None:
    """All records, and one event that says how many."""
    assert keep(admin, check(admin, GOOD)).status_code == 303
    text = admin.get("/demo/members/", headers=HTML).text
    assert "Tin" in text and "Yuba" in text and "Reduced" in text and "2 records were added." in text
    events = [event for event in app.trail if event.action == "demo.imported"]
    assert [event.facts["rows"] for event in events] == [2]


def test_a_file_may_speak_the_other_language(admin: Any) -> None:
    """Its first line is understood in French and in English, and so are its choices by their codes."""
    page = check(admin, "Nom;Courriel;tarif;active\nTin;tin@example.org;reduced;oui\n")
    assert page.status_code == 200 and "1 record would be added" in page.text and "left out" not in page.text


def test_every_wrong_line_is_named_and_nothing_is_saved(admin: Any) -> None:
    """By its number in the file, its field and a sentence; the right lines wait for the wrong ones."""
    page = check(admin, "Name;E-mail\nTin;tin@example.org\nX;\nNobody;\nAna;tin@example.org\n")
    assert page.status_code == 422 and "3 lines cannot be added" in page.text
    for number in ("3", "4", "5"):
        assert re.search(rf'class="number"[^>]*>{number}</th>', page.text)
    assert "a real name is needed" in page.text and "already" in page.text and 'name="data"' not in page.text
    assert "Nothing here yet" in admin.get("/demo/members/", headers=HTML).text


def test_a_reference_is_found_by_its_name(admin: Any) -> None:
    """Whatever its case and accents; unknown and doubtful names are said."""
    keep(admin, check(admin, "Name\nÉlodie\nTwin\nTwin\n"))
    wrong = check(admin, "Label;Member;Amount\n2026;nobody here;1\n2026;twin;1\n", "fees")
    assert "no record is called so" in wrong.text and "several records are called so" in wrong.text
    assert keep(admin, check(admin, "Label;Member;Amount\n2026;elodie;1 234,50\n", "fees"), "fees").status_code == 303
    assert "Élodie" in admin.get("/demo/fees/", headers=HTML).text


def test_the_file_to_fill_in_is_taken_back(admin: Any) -> None:
    """Its first line names every field."""
    template = admin.get("/demo/members/template.xlsx", headers=HTML).data
    with pytest.raises(Exception, match="no rows"):
        tables.read(template)
    from python_calamine import CalamineWorkbook

    heads = next(iter(CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python()))
    assert heads == ["Name", "E-mail", "Fee", "Member since", "Active", "Note"]
    book, _ = tables.write_xlsx("x", heads, [["Tin", "", "Full fee", None, True, "a\nb"]])
    sent = {"file": (io.BytesIO(b"".join(tables.chunks(book))), "x.xlsx")}
    page = admin.post("/demo/members/import", data=sent, headers=HTML, content_type="multipart/form-data")
    assert "1 record would be added" in page.text


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "the file has no rows"), ("Colour\nred\n", "no column of the file is known here"), ("\0\1", "is no table")],
)
def test_a_file_that_is_none_is_refused_with_a_word(admin: Any, text: str, words: str) -> None:
    """One sentence, on the page that one came from."""
    page = check(admin, text)
    assert 400 <= page.status_code < 500 and words in page.text and 'type="file"' in page.text


def test_reading_is_not_importing(app: Any) -> None:
    """Who may only read is refused."""
    for method, path in (("GET", "import"), ("POST", "import"), ("GET", "template.xlsx")):
        assert app.client("user").open(f"/demo/members/{path}", method=method).status_code == 403
