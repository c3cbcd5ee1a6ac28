"""Conditions in the query string of a list."""

from __future__ import annotations

import pytest

BOOKS = "/api/v1/library/books"


@pytest.fixture
def admin(library):
    """Somebody who may write, in a library with four books."""
    client = library().client("admin")
    for title, pages, genre, note in (
        ("Élodie", 40, "poetry", "50% off"),
        ("Iliad", 500, "poetry", "on war"),
        ("Œuvres", 900, "novel", "E\u0301lodie lent it"),
        ("Blank", None, "novel", None),
    ):
        answer = client.post(BOOKS, json={"title": title, "pages": pages, "genre": genre, "note": note})
        assert answer.status_code == 201
    return client


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pages:gt=40", ["Iliad", "Œuvres"]),
        ("pages:ge=40&pages:lt=900", ["Iliad", "Élodie"]),
        ("pages:between=40&pages:between=500", ["Iliad", "Élodie"]),
        ("pages:is_null=true", ["Blank"]),
        ("pages:is_null=false&genre=novel", ["Œuvres"]),
        ("note:is_null=true", ["Blank"]),
        ("note:is_null=false&genre=poetry", ["Iliad", "Élodie"]),
        ("pages:ne=40", ["Blank", "Iliad", "Œuvres"]),
        ("pages:in=40&pages:in=500", ["Iliad", "Élodie"]),
        ("pages:in=40&pages:in=", ["Blank", "Élodie"]),
        ("genre:in=poetry", ["Iliad", "Élodie"]),
        ("title:contains=LOD", ["Élodie"]),
        ("title:startswith=oeu", ["Œuvres"]),
        ("note:contains=0%25", ["Élodie"]),
        ("note:contains=_", []),
        ("q=elodie", ["Œuvres", "Élodie"]),
        ("q=oeuvres", ["Œuvres"]),
    ],
)
def test_conditions_narrow_a_list(admin, query, found):
    """Every operator says what its name promises, on both engines."""
    answer = admin.get(f"{BOOKS}?{query}")
    assert answer.status_code == 200, answer.json
    assert sorted(item["title"] for item in answer.json["items"]) == sorted(found)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("pages:near=1", "/pages:near"),
        ("pages:contains=1", "/pages:contains"),
        ("out:gt=true", "/out:gt"),
        ("tags:eq=x", "/tags:eq"),
        ("pages:between=1", "/pages:between"),
        ("pages:gt=many", "/pages:gt"),
        ("pages:in=1&pages:in=many", "/pages:in"),
        ("pages:is_null=perhaps", "/pages:is_null"),
        ("title:contains=%00", "/title:contains"),
        ("pin:eq=1", "/pin:eq"),
        ("pin:startswith=1", "/pin:startswith"),
        ("shelf.name=1", "/shelf.name"),
        ("sort=pin", "/sort"),
        ("sort=title,pin", "/sort"),
        ("total=perhaps", "/total"),
    ],
)
def test_conditions_that_make_no_sense_are_named(admin, query, pointer):
    """Unknown operators, values of another type and secret columns are a 422 that points to the parameter."""
    answer = admin.get(f"{BOOKS}?{query}")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_page_is_read_on_after_its_rows_are_removed(admin):
    """Whoever deletes page by page reaches the end."""
    seen, after = [], ""
    while after is not None:
        page = admin.get(f"{BOOKS}?limit=2&sort=pages&after={after}").json
        for item in page["items"]:
            seen.append(item["title"])
            assert admin.delete(f"{BOOKS}/{item['id']}").status_code == 204
        after = page["next"]
    assert sorted(seen) == sorted(["Blank", "Iliad", "Élodie", "Œuvres"])


def test_a_list_needs_few_statements(library):
    """Whatever the number of rows: one, and one more for the total."""
    from sqlalchemy import event

    app = library()
    client, said = app.client("admin"), []
    for number in range(30):
        client.post(BOOKS, json={"title": f"Book {number}"})
    event.listen(app.engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))
    assert len(client.get(f"{BOOKS}?limit=25&total=true&q=book").json["items"]) == 25
    assert len([statement for statement in said if statement.lstrip().upper().startswith("SELECT")]) <= 3
