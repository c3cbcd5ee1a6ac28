"""Home, plugins, health and problems."""

from __future__ import annotations

from typing import Any

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
FRENCH = {"Accept": "text/html", "Accept-Language": "fr"}


def test_a_stranger_sees_what_dihya_is(app: Any) -> None:
    """Somebody who is not signed in gets the slogan and one sentence, and no menu."""
    page = app.client().get("/", headers=FRENCH).text
    assert "<h1" in page and "en toute souveraineté" in page
    assert 'aria-label="Menu"' not in page


def test_somebody_without_pages_is_told_what_to_do(make_app: Any) -> None:
    """A person whose roles open nothing reads why."""
    assert "Ask an administrator" in make_app("console").client("user").get("/", headers=HTML).text


@pytest.mark.parametrize(("path", "status"), [("/nothing-here", 404), ("/console/plugins", 403)])
def test_who_is_signed_in_keeps_name_menu_and_way_out_on_a_page_of_error(make_app: Any, path: str, status: int) -> None:
    """What is missing or refused is one page among the others."""
    answer = (
        make_app("console", "static", "securite", "keys").client("user", name="Ines Moreau").get(path, headers=HTML)
    )
    assert answer.status_code == status
    assert "Ines Moreau" in answer.text and "Sign out" in answer.text and 'aria-label="Menu"' in answer.text


def test_plugins_are_listed_with_their_state(app: Any) -> None:
    """An administrator sees each plugin, its version and state; nobody else does."""
    page = app.client("admin").get("/console/plugins", headers=HTML).text
    assert "badge ok" in page and "static" in page and "plugins are active" in page
    assert app.client("auditeur").get("/console/plugins").status_code == 403
    assert app.client().get("/console/plugins").status_code == 401


def test_a_plugin_is_switched_off_and_on(app: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """The switch edits the configuration, says when it takes effect, and leaves a trace."""
    monkeypatch.setattr(app.flask.runtime.configuration, "path", tmp_path / "dihya.toml")
    client = app.client("admin")
    answer = client.post("/console/plugins/static/disable", headers=HTML)
    assert answer.status_code == 303
    assert "static" in (tmp_path / "dihya.toml").read_text()
    assert "static will be inactive after the next start." in client.get("/console/plugins", headers=HTML).text
    assert ("console.plugin_disable", "plugin:static") in [(event.action, event.object) for event in app.trail]
    client.post("/console/plugins/static/enable")
    assert "static" not in (tmp_path / "dihya.toml").read_text()


def test_what_is_pending_is_shown_and_undone(app: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """After switching off, the row says so and offers to undo it, in the browser; then it is as before."""
    monkeypatch.setattr(app.flask.runtime.configuration, "path", tmp_path / "dihya.toml")
    client = app.client("admin")
    client.post("/console/plugins/static/disable")
    page = client.get("/console/plugins", headers=FRENCH).text
    assert "inactif au prochain démarrage" in page and 'action="/console/plugins/static/enable"' in page
    client.post("/console/plugins/static/enable")
    page = client.get("/console/plugins", headers=FRENCH).text
    assert "inactif au prochain démarrage" not in page and 'href="/console/plugins/static/disable"' in page


def test_switching_off_asks_first_and_names_who_is_touched(make_app: Any) -> None:
    """The question lists the plugins that require it or use its services; without any it says so."""
    client = make_app("console", "storage", "services", "tasks").client("admin")
    asked = client.get("/console/plugins/tasks/disable", headers=HTML).text
    assert "Disable tasks?" in asked and '<li class="mono">services</li>' in asked
    assert "No other plugin requires it" in client.get("/console/plugins/services/disable", headers=HTML).text
    assert client.get("/console/plugins/nothing/disable").status_code == 404


@pytest.mark.parametrize(("name", "words"), [("db", "il n’y a pas de base"), ("console", "cette page en fait partie")])
def test_what_everything_stands_on_is_not_switched_off_in_a_browser(
    app: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, name: str, words: str
) -> None:
    """No button, a reason in the reader's language, 409 to a forged form, and a file that nobody touched."""
    monkeypatch.setattr(app.flask.runtime.configuration, "path", tmp_path / "dihya.toml")
    client = app.client("admin")
    page = client.get("/console/plugins", headers=FRENCH).text
    assert f"/console/plugins/{name}/disable" not in page and words in page
    assert words in client.get(f"/console/plugins/{name}/disable", headers=FRENCH).text
    answer = client.post(f"/console/plugins/{name}/disable", headers={"Accept-Language": "fr"})
    assert answer.status_code == 409 and words in answer.json["detail"]
    assert not (tmp_path / "dihya.toml").exists()
    assert not [event for event in app.trail if event.action == "console.plugin_disable"]


@pytest.mark.parametrize(
    ("path", "status"), [("/console/plugins/statik/disable", 404), ("/console/plugins/static/eat", 404)]
)
def test_what_does_not_exist_cannot_be_switched(app: Any, path: str, status: int) -> None:
    """An unknown plugin and an unknown act are not found, with a suggestion for the first."""
    answer = app.client("admin").post(path, headers={"Accept-Language": "en"})
    assert answer.status_code == status
    if "statik" in path:
        assert "did you mean 'static'" in answer.json["detail"]


def test_only_administrators_switch(app: Any) -> None:
    """Somebody else is refused and nothing is recorded as done."""
    assert app.client("user").post("/console/plugins/static/disable").status_code == 403
    assert not [event for event in app.trail if event.action == "console.plugin_disable"]


def test_health_runs_every_check(app: Any) -> None:
    """A check that raises is shown with type and place, since its words may quote a secret; the others are shown too."""
    page = app.client("auditeur").get("/console/health", headers=HTML).text
    assert "the desk is tidy" in page and "ConnectionError at" in page and "no answer from the printer" not in page
    assert "1 check found a fault." in page and "badge warn" in page


@pytest.mark.parametrize(
    ("headers", "words"), [(FRENCH, ("Introuvable", "Il n’y a rien à cette adresse")), (HTML, ("Not Found",))]
)
def test_a_problem_is_a_page_for_people(app: Any, headers: dict[str, str], words: tuple[str, ...]) -> None:
    """A browser gets a page with status, title and request number in its language; a program gets JSON."""
    answer = app.client("user").get("/nowhere", headers=headers)
    assert answer.status_code == 404 and answer.mimetype == "text/html"
    assert all(word in answer.text for word in words)
    assert answer.headers["X-Request-ID"] in answer.text
    assert app.client().get("/nowhere", headers={"Accept": "application/json"}).mimetype == "application/problem+json"


def test_a_problem_reflects_no_markup(app: Any) -> None:
    """What was asked for is never markup in the answer."""
    answer = app.client().get("/<script>alert(1)</script>?q=<script>", headers=HTML)
    assert "<script>alert" not in answer.text and "q=<script>" not in answer.text
