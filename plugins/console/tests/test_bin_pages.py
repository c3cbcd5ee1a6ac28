"""What was deleted or changed on a page can be taken back there."""

from __future__ import annotations

import re
from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
TIN = {"name": "Tin", "email": "tin@example.org", "plan": "reduced", "active": "on"}


@pytest.fixture
def admin(app: Any) -> Any:
    """A client that may write."""
    return app.client("admin")


@pytest.fixture
def tin(admin: Any) -> str:
    """The path of a member's page."""
    return str(admin.post("/demo/members/new", data=TIN).headers["Location"])


def undo_of(admin: Any, path: str) -> str:
    """Delete a record and return where the button *Undo* of the next page posts."""
    assert "can be put back for 30 days" in admin.get(f"{path}/delete", headers=HTML).text
    assert admin.post(f"{path}/delete", headers=HTML).status_code == 303
    found = re.search(
        r'was deleted\.</p><form method="post" action="([^"]+)".*?>Undo<',
        admin.get("/demo/members/", headers=HTML).text,
    )
    assert found
    return found[1]


def test_the_message_of_a_deletion_takes_it_back(admin: Any, tin: str) -> None:
    """One button, and the record is there again; a second press says that it lies in the bin no longer."""
    undo = undo_of(admin, tin)
    assert admin.get(tin).status_code == 404
    assert admin.post(undo, headers=HTML).headers["Location"] == tin
    assert "“Tin” is there again." in admin.get(tin, headers=HTML).text
    admin.post(undo, headers=HTML)
    assert "It lies in the bin no longer." in admin.get("/demo/members/bin", headers=HTML).text


def test_the_bin_names_what_lies_there(admin: Any, app: Any, tin: str) -> None:
    """Name, by whom and until when, reached from the list; in French too."""
    undo_of(admin, tin)
    assert 'href="/demo/members/bin"' in admin.get("/demo/members/", headers=HTML).text
    page = admin.get("/demo/members/bin", headers=HTML).text
    assert '<th scope="row"' in page and "Tin" in page and "you" in page and "Put back" in page
    assert "Rétablir" in admin.get("/demo/members/bin", headers={**HTML, "Accept-Language": "fr"}).text
    assert app.client("user").get("/demo/members/bin").status_code == 403


def test_a_taken_place_is_said(admin: Any, tin: str) -> None:
    """Who has the address meanwhile keeps it."""
    undo = undo_of(admin, tin)
    admin.post("/demo/members/new", data={**TIN, "name": "Yuba"})
    assert admin.post(undo, headers=HTML).headers["Location"] == "/demo/members/bin"
    assert "another record has the same “E-mail” by now" in admin.get("/demo/members/bin", headers=HTML).text


def test_the_bin_is_emptied(admin: Any, tin: str) -> None:
    """One record or all of them; an identifier that is none empties nothing."""
    undo_of(admin, tin)
    assert admin.post("/demo/members/bin/empty", data={"ids": "x"}).status_code == 400
    assert "Tin" in admin.get("/demo/members/bin", headers=HTML).text
    admin.post("/demo/members/bin/empty", headers=HTML)
    page = admin.get("/demo/members/bin", headers=HTML).text
    assert "1 record is gone for good." in page and "Nothing here yet" in page


def test_a_change_is_put_back_from_the_history(make_app: Any, demo: Any) -> None:
    """The history says what stood there before; a record that has changed since the page was read stays as it is."""
    admin = make_app("console", "audit", plugins={"demo": demo}).client("admin")
    path = str(admin.post("/demo/members/new", data=TIN).headers["Location"])
    admin.post(f"{path}/edit", data={**TIN, "name": "Tin Hinan", "version": "1"})
    page = admin.get(f"{path}/history", headers=HTML).text
    assert "Name before:" in page and "Fee before:" not in page
    action = re.search(rf'action="({path}/history/[^"]+)"', page)
    assert action
    admin.post(action[1], data={"version": "1"}, headers=HTML)
    assert "has changed" in admin.get(f"{path}/history", headers=HTML).text
    admin.post(action[1], data={"version": "2"}, headers=HTML)
    assert "The former values are there again." in admin.get(f"{path}/history", headers=HTML).text
    assert "<h1>Tin</h1>" in admin.get(path, headers=HTML).text
