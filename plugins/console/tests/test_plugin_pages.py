"""The page of one plugin."""

from __future__ import annotations

from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
FRENCH = {"Accept": "text/html", "Accept-Language": "fr"}
INSTALLER = "console:installer"


def test_a_plugin_has_a_page_with_what_it_brings(app: Any) -> None:
    """Version, state, who requires it, and its addresses, permissions and tables in words."""
    page = app.client("admin").get("/console/plugins/demo", headers=HTML).text
    assert "<h1>demo</h1>" in page and "badge ok" in page and "It is required by" in page
    assert "demo:write" in page and "change" in page
    assert 'href="/console/plugins/demo"' in app.client("admin").get("/console/plugins", headers=HTML).text


def test_a_quarantined_plugin_says_why(app: Any) -> None:
    """On its own page."""
    app.hooks.plugins["demo"].state, app.hooks.plugins["demo"].reason = "quarantined", "its tables clash"
    page = app.client("admin").get("/console/plugins/demo", headers=HTML).text
    assert "its tables clash" in page and "It does not run, so that it is not known." in page


@pytest.mark.parametrize(
    ("name", "words"), [("db", "il n’y a pas de base"), ("demo", "ne se trouve pas dans l’environnement du serveur")]
)
def test_what_cannot_be_taken_out_has_no_button_and_says_why(app: Any, name: str, words: str) -> None:
    """In the reader's language, also when the address is asked for directly."""
    client = app.client(INSTALLER)
    page = client.get(f"/console/plugins/{name}", headers=FRENCH).text
    assert words in page and f"/console/plugins/{name}/uninstall" not in page and "/purge" not in page
    for change in ("uninstall", "purge"):
        assert words in client.get(f"/console/plugins/{name}/{change}", headers=FRENCH).text
        answer = client.post(f"/console/plugins/{name}/{change}", data={"name": name})
        assert answer.status_code == 409


def test_an_administrator_may_not_change_which_plugins_are_there(app: Any) -> None:
    """That right is given expressly: no button, 403 to who asks, 401 to who is nobody; who has it sees the button."""
    admin, nobody = app.client("admin"), app.client()
    assert "/console/installing/add" not in admin.get("/console/plugins", headers=HTML).text
    assert "/console/installing/add" in app.client(INSTALLER).get("/console/plugins", headers=HTML).text
    for path in ("installing/add", "plugins/demo/uninstall", "plugins/demo/purge", "plugins/demo/undo"):
        assert admin.get(f"/console/{path}").status_code == 403
        assert nobody.get(f"/console/{path}").status_code == 401
    for path in ("upload", "shelf", "index", "mend", "arrivals/0/install", "arrivals/0/discard"):
        assert admin.post(f"/console/installing/{path}").status_code == 403


def test_the_password_is_asked_for_again(app: Any) -> None:
    """Before anything is brought in or taken out."""
    client = app.client(INSTALLER, confirmed=False)
    for path in ("installing/add", "plugins/demo/uninstall", "plugins/demo/purge", "plugins/demo/undo"):
        assert client.get(f"/console/{path}").json["code"] == "reauthenticate"


def test_a_plugin_that_is_not_there_has_no_page(app: Any) -> None:
    """The answer suggests one that is."""
    answer = app.client("admin").get("/console/plugins/demmo", headers={"Accept-Language": "en"})
    assert answer.status_code == 404 and "did you mean 'demo'" in answer.json["detail"]


def test_what_another_machine_sees_is_shown_with_its_name(make_app: Any, demo: Any) -> None:
    """On the page of plugins and on that of the plugin, in the reader's language."""
    from dihya_hookspecs.app import Breaker, Trouble

    app = make_app("console", "i18n", plugins={"demo": demo})
    with app.act("share") as act:
        act.get(Breaker).elsewhere(
            {"demo": [Trouble("failing", "on_response", 2, 12, "OSError", "north:/srv/instance")]}
        )
    for path in ("/console/plugins", "/console/plugins/demo"):
        page = app.client("admin").get(path, headers=FRENCH).text
        assert "vu sur north:/srv/instance" in page, path


def test_without_who_installs_there_are_pages_and_no_buttons(make_app: Any, demo: Any) -> None:
    """Where no plugin provides ``Installing``: states and re-arming stay; forged forms and the pages of installing are told why."""
    app = make_app("console", "i18n", "static", plugins={"demo": demo})
    client = app.client("admin", INSTALLER)
    for path in ("/console/plugins", "/console/plugins/demo"):
        page = client.get(path, headers=HTML)
        assert page.status_code == 200 and "demo" in page.text
        assert not any(word in page.text for word in ("/installing/", "/disable", "/uninstall", "/purge", "/undo"))
    for word in ("disable", "enable"):
        assert client.post(f"/console/plugins/demo/{word}").status_code == 403
    assert client.post("/console/plugins/demo/rearm").status_code == 303
    answer = client.get("/console/installing/add")
    assert (answer.status_code, answer.json["code"]) == (503, "no-service")
    assert client.post("/console/plugins/demo/uninstall").status_code == 409
