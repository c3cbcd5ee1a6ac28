"""What was removed over REST is listed and put back there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dihya_hookspecs.data import Records
from dihya_routes.rest import Rest
from flask import Blueprint, Flask

from .conftest import BOOKS as RESOURCE
from .conftest import Book

BOOKS = "/api/v1/library/books"


def test_a_removed_record_is_listed_and_put_back(library):
    """The list says when, by whom and until when, without secrets; the record comes back under its address."""
    client = library().client("admin", id="ann")
    made = client.post(BOOKS, json={"title": "Odes", "pin": "1234"}).json
    assert client.delete(f"{BOOKS}/{made['id']}").status_code == 204
    (entry,) = client.get(f"{BOOKS}/bin").json["items"]
    assert entry["record"]["title"] == "Odes" and "pin" not in entry["record"]
    assert entry["removed_by"] == "ann" and entry["others"] == 0
    answer = client.post(f"{BOOKS}/bin/{entry['id']}/put-back")
    assert answer.status_code == 200 and answer.json["id"] == made["id"] and answer.headers["ETag"] == '"2"'
    assert client.get(f"{BOOKS}/{made['id']}").json["title"] == "Odes"
    assert client.post(f"{BOOKS}/bin/{entry['id']}/put-back").status_code == 404


def test_a_taken_place_is_a_conflict(library):
    """409, and the record waits in the bin."""
    client = library().client("admin")
    made = client.post(BOOKS, json={"title": "Odes"}).json
    client.delete(f"{BOOKS}/{made['id']}")
    client.post(BOOKS, json={"title": "Odes"})
    (entry,) = client.get(f"{BOOKS}/bin").json["items"]
    answer = client.post(f"{BOOKS}/bin/{entry['id']}/put-back")
    assert answer.status_code == 409 and answer.json["code"] == "place-taken"
    assert len(client.get(f"{BOOKS}/bin").json["items"]) == 1


def test_the_bin_is_emptied_and_paged(library):
    """Who may not write sees nothing of it; a cursor that is none is refused."""
    app = library()
    client = app.client("admin")
    for number in range(2):
        client.delete(f"{BOOKS}/{client.post(BOOKS, json={'title': f'Odes {number}'}).json['id']}")
    assert app.client("user").get(f"{BOOKS}/bin").status_code == 403
    assert client.get(f"{BOOKS}/bin?before=x").status_code == 400
    assert client.delete(f"{BOOKS}/bin").json == {"removed": 2}
    assert client.get(f"{BOOKS}/bin").json == {"items": [], "next": None}


class Shelf(Records[Book]):
    """Books of which nothing can be done but to read, write and remove them."""

    model = Book


@pytest.mark.parametrize(("said", "there"), [({}, True), ({"write": None}, False), ({"bin": False}, False)])
def test_a_list_has_a_bin_where_it_is_written_and_keeps_what_goes(said, there):
    """Nobody removes what nobody writes, and a resource may say that nothing of it is kept."""
    app, blueprint = Flask("library"), Blueprint("library", "library")
    Rest(replace(RESOURCE, service=Shelf, **said), "library").bind(blueprint)
    app.register_blueprint(blueprint)
    assert ("/books/bin" in {rule.rule for rule in app.url_map.iter_rules()}) == there
