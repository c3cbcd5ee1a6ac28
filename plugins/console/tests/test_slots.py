"""What the console puts into the slots of its pages."""

from __future__ import annotations

from typing import Any

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def add(client: Any) -> str:
    """Add a member and return the path of the page."""
    answer = client.post("/demo/members/new", data={"name": "Tin", "plan": "full", "active": "on"})
    return str(answer.headers["Location"])


def test_who_may_add_records_may_import_them(app: Any) -> None:
    """Others do not see the button."""
    assert 'href="/demo/members/import"' in app.client("admin").get("/demo/members/", headers=HTML).text
    assert "/demo/members/import" not in app.client("user").get("/demo/members/", headers=HTML).text


def test_the_latest_changes_stand_beside_a_record(make_app: Any, demo: Any) -> None:
    """For who may write it, where a plugin keeps a log."""
    app = make_app("console", "i18n", "static", "audit", plugins={"demo": demo})
    path = add(app.client("admin"))
    page = app.client("admin").get(path, headers=HTML).text
    assert "Latest changes" in page and "was added" in page and f'href="{path}/history"' in page
    assert "Latest changes" not in app.client("user").get(path, headers=HTML).text


def test_an_administrator_sees_at_a_glance_what_is_wrong(app: Any) -> None:
    """The checks with a fault and the plugins that are not as they should be; an auditor sees no plugins."""
    page = app.client("admin").get("/console/", headers=HTML).text
    assert "1 check found a fault." in page and "printer" in page and "plugins are active" in page
    assert "plugins are active" not in app.client("auditeur").get("/console/", headers=HTML).text
    assert app.client("user").get("/console/").status_code == 403
