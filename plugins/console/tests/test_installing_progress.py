"""How far a change of plugins is, and when it is over."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_console.installing_pages import Follower, over
from dihya_hookspecs.acts import Acts, get
from dihya_hookspecs.installing import Installing, Progress

HTML = {"Accept": "text/html", "Accept-Language": "en"}
INSTALLER = "console:installer"
STEPS = ("look", "try", "tables", "swap", "check", "server")
PROGRESS = {
    "running": ("under way", "Try the code"),
    "failed": ("It failed; the application goes on as it was.", "no room"),
    "interrupted": ("Finish or undo it",),
    "done": ("club 0.2.0 is there.", "restart your server"),
}


@pytest.mark.parametrize("state", PROGRESS)
def test_the_page_says_how_far_it_is(app: Any, pretend: Any, state: Any) -> None:
    """Without a script; the list of steps shows the one at which it is, or ended."""
    pretend(progress=Progress("install", "club", "0.2.0", state, STEPS, "try", "p1", "Ann", said="no room"))
    client = app.client(INSTALLER)
    page = client.get("/console/installing/progress", headers=HTML).text
    for words in PROGRESS[state]:
        assert words in page
    assert ("data-progress-events" in page) == (state == "running")
    listed = client.get("/console/plugins", headers=HTML).text
    assert ("Install club 0.2.0" in listed) == (state in ("running", "interrupted"))


def test_without_any_change_the_page_says_so(app: Any) -> None:
    """To whom may see it."""
    client = app.client("admin")
    assert "Nothing was changed from here yet." in client.get("/console/installing/progress", headers=HTML).text
    assert app.client("user").get("/console/installing/progress").status_code == 403


def test_nothing_is_mended_where_nothing_was_interrupted(app: Any) -> None:
    """The page says so."""
    answer = app.client(INSTALLER).post("/console/installing/mend", headers=HTML)
    assert answer.status_code == 409 and "no change was interrupted" in answer.text


@pytest.mark.parametrize(
    ("state", "reloaded", "arrived", "ended"),
    [
        ("running", False, False, False),
        ("done", True, False, False),
        ("done", True, True, True),
        ("done", False, False, True),
        ("failed", False, False, True),
        ("interrupted", False, False, True),
    ],
)
def test_a_change_is_over_when_this_process_answers_with_its_outcome(
    state: Any, reloaded: bool, arrived: bool, ended: bool
) -> None:
    """While the server takes its new workers it is not."""
    found = Progress("install", "club", "1", state, STEPS, "server", reloaded=reloaded, arrived=arrived)
    assert over(found) is ended and over(None)


def test_the_stream_tells_each_step_once_and_the_end(app: Any, pretend: Any) -> None:
    """Nothing is sent while nothing happens."""
    found = [Progress("install", "club", "1", "running", STEPS, step) for step in ("look", "look", "try")]
    found.append(Progress("install", "club", "1", "failed", STEPS, "try"))
    pretend(progress=lambda: found.pop(0))
    with app.act():
        follower = Follower(get(Acts), None)
    told = [follower.look() for _ in range(4)]
    assert [len(events) for events, _ in told] == [2, 0, 1, 1] and [end for _, end in told] == [False] * 3 + [True]
    assert '"look"' in told[0][0][1] and "event: end" in told[3][0][0]


def test_the_service_is_provided_by_another_plugin(app: Any) -> None:
    """The console asks for it, and knows nobody who provides it."""
    with app.act():
        assert type(get(Installing)).__module__.startswith("dihya_plugins.")


@pytest.mark.parametrize(
    ("told", "words"), [(True, "The server takes its new workers"), (False, "restart your server")]
)
def test_what_was_switched_counts_on_request(
    app: Any, pretend: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, told: bool, words: str
) -> None:
    """The list offers it as long as something is pending; the next page says whether a server heard of it."""
    monkeypatch.setattr(app.flask.runtime.configuration, "path", tmp_path / "dihya.toml")
    pretend(reload=told)
    client = app.client("admin")
    assert "/console/installing/reload" not in client.get("/console/plugins", headers=HTML).text
    client.post("/console/plugins/static/disable")
    assert "/console/installing/reload" in client.get("/console/plugins", headers=HTML).text
    assert client.post("/console/installing/reload", headers=HTML).status_code == 303
    assert words in client.get("/console/plugins", headers=HTML).text
    assert ("console.server_reloaded" in [event.action for event in app.trail]) == told


def test_nothing_is_reloaded_while_somebody_changes_plugins(app: Any, pretend: Any) -> None:
    """The answer says who."""
    from dihya_hookspecs import Invalid

    def busy() -> bool:
        raise Invalid("under way", code="under-way", status=409, params={"who": "Ann", "work": "install club 0.2.0"})

    pretend(reload=busy)
    answer = app.client("admin").post("/console/installing/reload", headers={"Accept-Language": "en"})
    assert answer.status_code == 409 and "Ann is at it" in answer.json["detail"]
