"""The REST interface of a resource, through the whole request flow."""

from __future__ import annotations

import re
import uuid

import pytest

BOOKS = "/api/v1/library/books"


@pytest.fixture
def app(library):
    """A library without settings of its own."""
    return library()


@pytest.fixture
def admin(app):
    """Somebody who may write."""
    return app.client("admin", id="p1")


def add(client, title="Odes", **values):
    """Add a book and return the answer."""
    return client.post(BOOKS, json={"title": title, **values})


def test_post_answers_201_with_location_and_etag(admin):
    """A new record is answered with its address, its version and its columns."""
    answer = add(admin, price="12.5", genre="poetry", shelf=str(uuid.UUID(int=7)), seen_at="2026-01-31T13:00:00+01:00")
    assert answer.status_code == 201
    book = answer.json
    assert answer.headers["Location"] == f"{BOOKS}/{book['id']}"
    assert answer.headers["ETag"] == f'"{book["version"]}"'
    assert (book["price"], book["genre"], book["seen_at"]) == ("12.50", "poetry", "2026-01-31T12:00:00Z")
    assert admin.get(answer.headers["Location"]).json == book


def test_secret_columns_are_never_shown(admin):
    """A column marked secret can be written, but not read, filtered or sorted by."""
    book = add(admin, pin="4711").json
    assert "pin" not in book
    for query in ("?pin=4711", "?sort=pin", "?fields=pin"):
        assert admin.get(BOOKS + query).status_code == 422
    assert b"4711" not in admin.get(f"{BOOKS}.csv").data


def test_permissions_hold_for_every_route(app, admin):
    """Nobody is asked to sign in, a reader may not write, and a reader may read."""
    place = add(admin).headers["Location"]
    reader, nobody = app.client("user"), app.client()
    for method, url in (("get", BOOKS), ("get", place), ("get", f"{BOOKS}.csv")):
        assert getattr(reader, method)(url).status_code == 200
        assert getattr(nobody, method)(url).status_code == 401
    for method, url in (("post", BOOKS), ("patch", place), ("delete", place)):
        assert getattr(reader, method)(url, json={"title": "x"}).status_code == 403
        assert getattr(nobody, method)(url, json={"title": "x"}).status_code == 401


def test_list_pages_with_a_cursor(admin):
    """Following ``next`` gives every record once, and the Link header says the same."""
    for number in range(7):
        add(admin, f"Book {number}")
    seen, url = [], f"{BOOKS}?limit=3&fields=title&total=true"
    while url:
        answer = admin.get(url)
        assert answer.json["total"] == 7
        seen += [item["title"] for item in answer.json["items"]]
        links = linked(answer)
        assert ("next" in links, "prev" in links) == (bool(answer.json["next"]), bool(answer.json["previous"]))
        url = links.get("next")
    assert seen == [f"Book {number}" for number in range(7)]


def linked(answer):
    """Return the addresses of the header Link by what they lead to."""
    said = answer.headers.get("Link", "")
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', said)}


def test_list_pages_go_back_as_they_came(admin):
    """From the last page ``previous`` leads to the first one, and the filter stays."""
    for number in range(7):
        add(admin, f"Book {number}")
    answer = admin.get(f"{BOOKS}?limit=3&fields=title&title:ne=Book 0")
    last = admin.get(linked(answer)["next"])
    assert [item["title"] for item in last.json["items"]] == ["Book 4", "Book 5", "Book 6"]
    first = admin.get(f"{BOOKS}", query_string={"limit": 3, "title:ne": "Book 0", "before": last.json["previous"]})
    assert [item["title"] for item in first.json["items"]] == ["Book 1", "Book 2", "Book 3"]
    assert first.json["previous"] is None and "prev" not in linked(first)
    both = {"after": answer.json["next"], "before": last.json["previous"]}
    assert admin.get(BOOKS, query_string=both).json["errors"][0]["pointer"] == "/before"


def test_get_with_if_none_match_is_304_until_it_changes(admin):
    """A client that has the current version gets no body."""
    answer = add(admin)
    place, tag = answer.headers["Location"], answer.headers["ETag"]
    same = admin.get(place, headers={"If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    admin.patch(place, json={"pages": 3})
    assert admin.get(place, headers={"If-None-Match": tag}).status_code == 200


def test_patch_changes_only_what_it_says(admin):
    """Fields that are not in the patch stay, null empties, and the version counts up."""
    answer = add(admin, pages=40, lender="Tin")
    changed = admin.patch(answer.headers["Location"], json={"pages": 41, "lender": None})
    assert changed.status_code == 200
    assert changed.json | {"changed_at": ""} == answer.json | {
        "pages": 41,
        "lender": None,
        "version": answer.json["version"] + 1,
        "changed_at": "",
    }
    assert changed.headers["ETag"] == f'"{changed.json["version"]}"'


def test_patch_merges_objects_deeply(admin):
    """In a JSON column the patch is merged as RFC 7396 says."""
    place = add(admin, tags={"a": {"b": 1, "c": 2}, "d": 3}).headers["Location"]
    changed = admin.patch(place, json={"tags": {"a": {"b": None, "e": 4}}}, content_type="application/merge-patch+json")
    assert changed.json["tags"] == {"a": {"c": 2, "e": 4}, "d": 3}


def test_patch_holds_rules_across_fields(admin):
    """A patch that contradicts a stored value is refused, although it is right by itself."""
    place = add(admin, lent_on="2026-02-01").headers["Location"]
    refused = admin.patch(place, json={"back_on": "2026-01-01"})
    assert refused.status_code == 422
    assert refused.json["errors"][0]["detail"] == "back_on lies before lent_on"
    assert admin.patch(place, json={"back_on": "2026-03-01"}).status_code == 200


def test_if_match_guards_against_lost_updates(admin):
    """Another version is 412, the current one and ``*`` pass, for PATCH and DELETE."""
    answer = add(admin)
    place, tag = answer.headers["Location"], answer.headers["ETag"]
    assert admin.patch(place, json={"pages": 1}, headers={"If-Match": tag}).status_code == 200
    stale = admin.patch(place, json={"pages": 2}, headers={"If-Match": tag})
    assert (stale.status_code, stale.json["code"]) == (412, "stale")
    assert admin.delete(place, headers={"If-Match": tag}).status_code == 412
    assert admin.patch(place, json={"pages": 2}, headers={"If-Match": "*"}).status_code == 200
    assert admin.patch(place, json={"pages": 2}, headers={"If-Match": "nonsense"}).status_code == 412
    assert admin.delete(place, headers={"If-Match": "*"}).status_code == 204


def test_if_match_is_required_when_the_settings_say_so(library):
    """With require_if_match, a change without the header is 428."""
    admin = library(require_if_match=True).client("admin")
    place = add(admin).headers["Location"]
    assert admin.patch(place, json={"pages": 1}).status_code == 428
    assert admin.delete(place).status_code == 428
    assert admin.delete(place, headers={"If-Match": '"1"'}).status_code == 204


def test_delete_answers_204_and_then_404(admin):
    """A removed record is gone, and removing it twice says so."""
    place = add(admin).headers["Location"]
    gone = admin.delete(place)
    assert (gone.status_code, gone.data) == (204, b"")
    assert admin.get(place).status_code == admin.delete(place).status_code == 404
    assert admin.get(f"{BOOKS}/not-a-uuid").status_code == 404


def test_flaws_point_to_each_field(admin):
    """All mistakes of a body come in one answer, each with its JSON pointer."""
    answer = add(admin, "", pages=0, genre="news", nonsense=1, version=9)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    said = {error["pointer"]: error["detail"] for error in answer.json["errors"]}
    assert said == {
        "/title": "must have at least 1 characters",
        "/pages": "must be at least 1",
        "/genre": "must be one of 'novel', 'poetry'",
        "/nonsense": "unknown field",
        "/version": "is written by the application; leave it out",
    }


def test_service_rules_and_clashes_are_problems(admin):
    """A rule of the service is 422, a value that is taken is 409, each pointing to the field."""
    assert add(admin, "forbidden").json["errors"][0]["pointer"] == "/title"
    add(admin)
    clash = add(admin)
    assert (clash.status_code, clash.json["errors"][0]["pointer"]) == (409, "/title")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe\x00", "application/json", 400),
        (b'{"price": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"pages": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"[]", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b"null", "application/json", 422),
        (b'{"title": "a\\u0000b"}', "application/json", 422),
        (b'{"title": "\\ud800"}', "application/json", 422),
        (b'{"title": "x", "\\ud800": 1}', "application/json", 422),
        (b'{"title": "x", "note": "\\ud800"}', "application/json", 422),
        (b'{"title": "x", "tags": {"a": ["\\u0000"]}}', "application/json", 422),
        (b'{"title": "x", "pages": 99999999999999999999}', "application/json", 422),
        (b'{"title": "x", "pages": 3000000000}', "application/json", 422),
        (b'{"title": "x", "price": 1e400}', "application/json", 422),
        (b'{"title": "x", "price": "1e300"}', "application/json", 422),
        (b'{"title": "x", "price": "NaN"}', "application/json", 422),
        (b'{"title": "x", "price": "1.234"}', "application/json", 422),
        (b'{"title": "x", "seen_at": "0001-01-01T00:00:00+14:00"}', "application/json", 422),
        (b'{"title": "x", "lent_on": "10000-01-01"}', "application/json", 422),
    ],
)
def test_awkward_bodies_are_refused(admin, body, kind, status):
    """What is not JSON is 400, another type 415, what cannot be stored 422, and nothing is 500."""
    assert admin.post(BOOKS, data=body, content_type=kind).status_code == status
    assert admin.get(f"{BOOKS}?total=true").json["total"] == 0


def test_unsupported_type_says_what_is_accepted(admin):
    """A 415 names the accepted media types in its header."""
    place = add(admin).headers["Location"]
    answer = admin.patch(place, data=b"x", content_type="text/plain")
    assert answer.headers["Accept-Patch"] == "application/json, application/merge-patch+json"


def test_csv_holds_the_filtered_list_and_no_formulas(app, admin):
    """The file has a header line, every row, and text that a spreadsheet cannot run; the export is recorded."""
    for number in range(3):
        add(admin, f"Book {number}", pages=number + 1)
    add(admin, "=1+2", price="1.5", note="-5\n@x", lender="Zoé, « éditrice »", out=True)
    answer = admin.get(f"{BOOKS}.csv?fields=title,price,note,lender,out")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="books.csv"'
    lines = answer.data.decode().splitlines()
    assert lines[0] == "id,title,price,note,lender,out"
    assert len(answer.data.decode().split("\r\n")) == 6
    assert ',\'=1+2,1.50,"\'-5\n@x","Zoé, « éditrice »",true' in answer.data.decode()
    assert admin.get(f"{BOOKS}.csv?pages=2&fields=title").data.count(b"Book") == 1
    event = [event for event in app.trail if event.action == "routes.export"][0]
    assert (event.object, event.facts["rows"], event.actor) == ("library_books", 4, "p1")


def test_csv_refuses_more_rows_than_the_settings_allow(library):
    """A list that is too long is refused as a whole; half a file would look complete."""
    admin = library(csv_rows=2).client("admin")
    for number in range(3):
        add(admin, f"Book {number}")
    assert admin.get(f"{BOOKS}.csv").status_code == 422
    assert admin.get(f"{BOOKS}.csv?limit=1").status_code == 422
    assert admin.get(f"{BOOKS}.csv?q=1").status_code == 200


def test_head_and_options_are_answered(admin):
    """HEAD has the headers of GET and no body; OPTIONS lists the methods."""
    place = add(admin).headers["Location"]
    head = admin.head(place)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", '"1"')
    assert {"GET", "HEAD", "POST", "OPTIONS"} == set(admin.options(BOOKS).headers["Allow"].split(", "))
    assert admin.put(place, json={}).status_code == 405


def test_every_change_is_audited_once(app, admin):
    """The rows that a request changes are in the audit; the memory of idempotency keys is not."""
    admin.post(BOOKS, json={"title": "Odes"}, headers={"Idempotency-Key": "k1"})
    changed = [event.object.partition(":")[0] for event in app.trail if event.action in ("insert", "update")]
    assert changed == ["library_books"]


def test_an_act_on_a_record_is_its_plugins_and_names_it(app, admin):
    """Done, refused, stale or gone: the audit says which record was tried, and whose it is."""
    book = add(admin).json
    place, record = f"{BOOKS}/{book['id']}", f"library_books:{book['id']}"
    app.trail.clear()
    admin.patch(place, json={"pages": 2}, headers={"If-Match": '"99"'})
    app.client("user").patch(place, json={"pages": 2})
    admin.delete(place)
    admin.delete(place)
    acts = [(event.object, event.outcome, event.plugin, event.facts.get("status")) for event in app.trail[:2]]
    assert acts == [(record, "refused", "library", 412), (record, "refused", "library", 403)]
    acts = [(event.action, event.object, event.outcome, event.plugin) for event in app.trail[2:]]
    assert acts == [
        ("delete", record, "done", "library"),
        (acts[1][0], None, "done", "library"),
        (acts[1][0], record, "refused", "library"),
    ]
