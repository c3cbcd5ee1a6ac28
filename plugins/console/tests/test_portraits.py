"""What a plugin's files say of it, on pages."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_console.portraits import facts, grouped, kinds
from dihya_hookspecs.inspecting import Part
from dihya_tests.packing import packed

HTML = {"Accept": "text/html", "Accept-Language": "en"}
FRENCH = {"Accept": "text/html", "Accept-Language": "fr"}
INSTALLER = "console:installer"
FILES = {
    "permissions.py": 'from dihya_hookspecs.access import Permission\nPERMISSIONS = (Permission("club:read", ("see", "voir"), ("guest",)),)\n',
    "egress.py": "EGRESS = (make(),)\n",
    "service.py": "import subprocess\n",
}


@pytest.fixture
def open_app(make_app: Any) -> Any:
    """The application, whose operator allows uploads."""
    return make_app("console", "i18n", "plugins", "static", config={"plugins": {"uploads": True}})


def test_what_is_brought_in_shows_who_would_get_what(open_app: Any, tmp_path: Any) -> None:
    """Before it is installed, in both languages; what shows only when it runs is said with its place."""
    client = open_app.client(INSTALLER)
    wheel = packed(tmp_path, "club", FILES, headers=["License-Expression: MIT"])
    with wheel.open("rb") as file:
        answer = client.post("/console/installing/upload", data={"file": (file, wheel.name)}, headers=HTML)
    page = client.get(answer.location, headers=HTML).text
    for words in (
        "What it would have",
        "club:read",
        "for guest",
        "MIT",
        "starts processes",
        "register_egress – egress.py:1",
    ):
        assert words in page
    assert "1 thing shows only when it runs" in page and "Statement of a check" in page
    french = client.get(answer.location, headers=FRENCH).text
    assert "Ce qu’il aurait" in french and "pour guest" in french and "lance des processus" in french


def test_an_installed_plugin_has_the_same_page(open_app: Any) -> None:
    """Reached from its own, with the buttons that take it out for whoever may."""
    client = open_app.client("admin")
    assert "/console/plugins/static/files" in client.get("/console/plugins/static", headers=HTML).text
    page = client.get("/console/plugins/static/files", headers=HTML).text
    assert "run from a folder" in page and "Apache-2.0" in page and "/console/plugins/static/uninstall" not in page
    assert "Bring another version" in open_app.client(INSTALLER).get("/console/plugins/static/files", headers=HTML).text
    assert client.get("/console/plugins/nothing/files", headers=HTML).status_code == 404
    assert open_app.client("user").get("/console/plugins/static/files", headers=HTML).status_code == 403


def test_a_plugin_in_memory_has_no_files(make_app: Any, demo: Any) -> None:
    """The page says so."""
    app = make_app("console", "i18n", "plugins", "static", plugins={"demo": demo})
    assert "is in memory" in app.client("admin").get("/console/plugins/demo/files", headers=HTML).text


def test_a_changed_plugin_is_seen_in_the_list_and_on_its_page(open_app: Any) -> None:
    """With what is known against it."""
    from dihya_hookspecs.inspecting import Advisory, Judgement

    loaded = open_app.hooks.plugins["static"]
    loaded.judgement = Judgement("modified", ("dihya_static/x.py was changed",))
    client = open_app.client("admin")
    for address in ("/console/plugins", "/console/plugins/static"):
        assert "modified: dihya_static/x.py was changed" in client.get(address, headers=HTML).text
    assert "changed since" in client.get("/console/plugins/static", headers=HTML).text
    loaded.judgement = Judgement("whole", (), (Advisory("GHSA-x", "dihya-static", "1", summary="too open"),))
    assert "vulnerable" in client.get("/console/plugins", headers=HTML).text


def test_every_kind_has_words_and_what_matters_stands_first() -> None:
    """Data about people before hooks."""
    parts = [
        Part("hook", "on_x"),
        Part("personal", "a.b", None, (("category", "name"), ("retention", "1y"), ("type", "x"))),
    ]
    assert [kind for kind, _ in grouped(parts)] == ["personal", "hook"]
    assert facts(parts[1]) == ["name", "kept: 1y"]
    from typing import get_args

    from dihya_hookspecs.inspecting import PartKind

    assert set(kinds()) == set(get_args(PartKind))
