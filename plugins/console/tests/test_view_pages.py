"""What a list is narrowed, searched and sorted by is kept under a name."""

from __future__ import annotations

import re
from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
LIST = "/demo/members/"


@pytest.fixture
def admin(app: Any) -> Any:
    """A client that may write, before a list of two."""
    client = app.client("admin")
    for name, plan in (("Tin", "reduced"), ("Yuba", "full")):
        client.post(f"{LIST}new", data={"name": name, "plan": plan, "active": "on"})
    return client


def keep(client: Any, name: str, way: str = "plan=reduced&sort=-name", **more: str) -> Any:
    """Keep a view as the form of the list does."""
    return client.post(f"{LIST}views", data={"name": name, "way": way, **more}, headers=HTML)


def views(client: Any) -> list[tuple[str, str]]:
    """Return address and name of the views above the list."""
    page = client.get(LIST, headers=HTML).text
    found = re.search(r'<nav class="row" aria-label="Views of this list">(.*?)</nav>', page, re.S)
    return re.findall(r'href="([^"]+)">([^<]+)</a>', found[1]) if found else []


def test_a_list_that_is_narrowed_offers_to_keep_that(admin: Any) -> None:
    """A list that shows everything has nothing to keep."""
    assert "Keep this view" not in admin.get(LIST, headers=HTML).text
    assert "Keep this view" in admin.get(f"{LIST}?plan=full", headers=HTML).text


def test_a_view_that_is_kept_stands_above_the_list_and_opens_it(admin: Any) -> None:
    """As it was narrowed and sorted; the page of the list is no part of it."""
    assert keep(admin, "Reduced", "plan=reduced&sort=-name&after=x&lang=fr&active=").status_code == 303
    ((path, name),) = views(admin)
    answer = admin.get(path, headers=HTML)
    assert (name, answer.headers["Location"]) == ("Reduced", f"{LIST}?plan=reduced&sort=-name")
    page = admin.get(answer.headers["Location"], headers=HTML).text
    assert "Yuba" not in page and 'aria-current="true" href="' + path in page and "Keep this view" not in page


def test_a_view_stands_in_the_menu_below_its_list(admin: Any) -> None:
    """On every page of the application, and on none of others."""
    keep(admin, "Reduced")
    ((path, _name),) = views(admin)
    menu = re.compile(rf'aria-label="Views of Members"><li><a href="{path}">.*?<span>Reduced')
    assert menu.search(admin.get("/demo/fees/", headers=HTML).text)
    assert not menu.search(admin.get("/console/plugins", headers=HTML).text)


def test_a_view_is_of_who_keeps_it(admin: Any, app: Any) -> None:
    """Nobody else sees it, nor opens, renames or removes it by its address."""
    keep(admin, "Reduced")
    ((path, _name),) = views(admin)
    other = app.client("admin", id="another")
    assert views(other) == [] and other.get(path).status_code == 404
    assert other.post(path, data={"name": "Mine"}).status_code == 404
    assert other.post(f"{path}/remove").status_code == 404 and len(views(admin)) == 1


def test_who_may_write_a_list_shares_a_view_with_its_readers(admin: Any, app: Any) -> None:
    """They open it, and do not change it."""
    keep(admin, "Reduced", shared="on")
    reader = app.client("user", id="reader")
    ((path, name),) = views(reader)
    assert name == "Reduced" and reader.get(path).status_code == 303
    assert reader.post(f"{path}/remove").status_code == 403 and len(views(admin)) == 1


def test_who_only_reads_shares_nothing(admin: Any, app: Any) -> None:
    """The view is kept all the same, for the reader alone."""
    reader = app.client("user", id="reader")
    keep(reader, "Mine", shared="on")
    assert [name for _path, name in views(reader)] == ["Mine"] and views(admin) == []


def test_a_view_of_the_same_name_is_kept_once(admin: Any) -> None:
    """It asks what was kept last."""
    keep(admin, "Reduced")
    keep(admin, "Reduced", "plan=full")
    ((path, _name),) = views(admin)
    assert admin.get(path).headers["Location"] == f"{LIST}?plan=full"


def test_a_view_is_renamed(admin: Any) -> None:
    """On the page that one reaches from the list."""
    keep(admin, "Reduced")
    ((path, _name),) = views(admin)
    assert f'action="{path}"' in admin.get(f"{LIST}views", headers=HTML).text
    admin.post(path, data={"name": "  Half   price "})
    assert [name for _path, name in views(admin)] == ["Half price"]


def test_a_view_is_removed_and_the_records_stay(admin: Any) -> None:
    """The list is whole."""
    keep(admin, "Reduced")
    ((path, _name),) = views(admin)
    assert admin.post(f"{path}/remove").headers["Location"] == LIST
    assert views(admin) == [] and "Tin" in admin.get(LIST, headers=HTML).text


@pytest.mark.parametrize(("name", "way"), [("", "plan=full"), ("x" * 61, "plan=full"), ("All", "lang=fr&q=")])
def test_what_cannot_be_kept_is_said(admin: Any, name: str, way: str) -> None:
    """No name, a long one, and a list that shows everything."""
    keep(admin, name, way)
    page = admin.get(LIST, headers=HTML).text
    assert '<div class="notice error"' in page and views(admin) == []


def test_a_view_whose_column_is_gone_says_so_and_opens_the_whole_list(admin: Any) -> None:
    """The next version of a plugin may have dropped it."""
    keep(admin, "Old", "colour=red")
    ((path, _name),) = views(admin)
    assert admin.get(path, headers=HTML).headers["Location"] == LIST
    page = admin.get(LIST, headers=HTML).text
    assert "“Old” asks for something that this list does not have any more" in page and "Tin" in page and "Yuba" in page
