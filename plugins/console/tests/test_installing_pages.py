"""Plugins come and go from the console; tests/test_browser_plugins.py does it with real processes."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from typing import Any

import pytest
from dihya_hookspecs.installing import Belonging, Kept

HTML = {"Accept": "text/html", "Accept-Language": "en"}
INSTALLER = "console:installer"


def wheel(name: str = "notes", requires: str = "") -> tuple[io.BytesIO, str]:
    """Return the wheel of a plugin, and what it is called."""
    info = f"dihya_{name}-1.0.dist-info"
    files = {
        f"dihya_{name}/__init__.py": f'"""{name}."""\n',
        f"dihya_{name}/models.py": '"""Tables."""\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: dihya-{name}\nVersion: 1.0\nRequires-Dist: dihya-hookspecs>=2,<3\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[dihya.plugins]\n{name} = dihya_{name}\n",
    }
    from dihya_plugins.packages import digest

    rows = [f"{path},{digest(text.encode())},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    out.seek(0)
    return out, f"dihya_{name}-1.0-py3-none-any.whl"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the processes that would have been started are told, as if the environment could be written."""
    monkeypatch.setattr("dihya_plugins.standing.check_writable", lambda place: None)
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("dihya_plugins.installer.run", lambda said, **how: told.append(said))
    return told


@pytest.fixture
def open_app(make_app: Any, demo: Any) -> Any:
    """The application, whose operator allows uploads."""
    return make_app(
        "console", "i18n", "plugins", "static", plugins={"demo": demo}, config={"plugins": {"uploads": True}}
    )


def test_the_page_says_how_a_source_is_allowed(app: Any, open_app: Any) -> None:
    """As long as the operator allows none; there is a field for each that is allowed."""
    closed = app.client(INSTALLER).get("/console/installing/add", headers=HTML).text
    assert "uploads = true" in closed and 'type="file"' not in closed
    page = open_app.client(INSTALLER).get("/console/installing/add", headers=HTML).text
    assert 'type="file"' in page and "uploads = true" not in page and "run" in page


def test_a_wheel_is_shown_before_anything_of_it_runs_then_installed(open_app: Any, begun: list[dict[str, Any]]) -> None:
    """What it is, requires and brings; a yes begins, leads to the progress, and stands in the audit log."""
    client, content = open_app.client(INSTALLER), wheel()
    id = sha256(content[0].getvalue()).hexdigest()
    answer = client.post("/console/installing/upload", data={"file": content}, headers=HTML)
    assert answer.status_code == 303 and answer.location.endswith(f"/console/installing/arrivals/{id}")
    page = client.get(answer.location, headers=HTML).text
    for words in ("dihya-notes", "&gt;=2,&lt;3", "tables", "/api/v1/notes", id, "Dihya did not write it"):
        assert words in page
    answer = client.post(f"/console/installing/arrivals/{id}/install", headers=HTML)
    assert answer.status_code == 303 and answer.location.endswith("/console/installing/progress")
    assert [told["wheel"].endswith(".whl") for told in begun] == [True]
    facts = {event.action: dict(event.facts) for event in open_app.trail}
    assert facts["console.plugin_brought"]["sha256"] == facts["plugins.install_asked"]["sha256"] == id


def test_what_is_missing_is_said_and_there_is_no_button(open_app: Any, begun: list[dict[str, Any]]) -> None:
    """Who sends the form all the same reads it again, with 409."""
    client = open_app.client(INSTALLER)
    answer = client.post("/console/installing/upload", data={"file": wheel(requires="Requires-Dist: nowhere>=4\n")})
    page = client.get(answer.location, headers=HTML).text
    assert "It cannot be installed here:" in page and "nowhere&gt;=4" in page and "missing" in page
    assert f"{answer.location}/install" not in page
    again = client.post(f"{answer.location}/install", headers=HTML)
    assert again.status_code == 409 and "nowhere" in again.text and begun == []


def test_what_is_no_wheel_is_refused_where_it_was_sent(open_app: Any) -> None:
    """With the form again, and one sentence; so is a form without a file."""
    client = open_app.client(INSTALLER)
    sent = {"file": (io.BytesIO(b"x"), "notes.txt")}
    answer = client.post("/console/installing/upload", data=sent, headers=HTML)
    assert answer.status_code == 422 and "Choose a wheel" in answer.text and 'type="file"' in answer.text
    assert client.post("/console/installing/upload", headers=HTML).status_code == 422


def test_a_source_that_is_not_allowed_takes_nothing(app: Any) -> None:
    """Also from who forges the form."""
    client = app.client(INSTALLER)
    assert client.post("/console/installing/upload", data={"file": wheel()}).status_code == 403
    assert client.post("/console/installing/shelf", data={"name": "notes"}).status_code == 404
    assert client.post("/console/installing/index", data={"name": "notes"}).status_code == 403


def test_the_operator_can_forbid_all_of_it(make_app: Any, demo: Any) -> None:
    """With one line: no button, and every form is refused, the switches too."""
    config = {"plugins": {"from_browser": False, "uploads": True}}
    client = make_app("console", "i18n", "plugins", "static", plugins={"demo": demo}, config=config).client(INSTALLER)
    assert "/console/installing/add" not in client.get("/console/plugins", headers=HTML).text
    assert "leaves that to the command line" in client.get("/console/installing/add", headers=HTML).text
    assert client.post("/console/installing/upload", data={"file": wheel()}).status_code == 403
    assert client.post("/console/plugins/demo/uninstall").status_code == 409
    assert client.post("/console/installing/reload").status_code == 403
    for act in ("disable", "enable"):
        assert client.post(f"/console/plugins/static/{act}").status_code == 403
    for path in ("/console/plugins", "/console/plugins/static"):
        assert "/console/plugins/static/disable" not in client.get(path, headers=HTML).text


def test_what_was_brought_is_forgotten_on_request(open_app: Any) -> None:
    """Its page is gone then."""
    client = open_app.client(INSTALLER)
    where = client.post("/console/installing/upload", data={"file": wheel()}).location
    assert client.post(f"{where}/discard").status_code == 303
    assert client.get(where).status_code == 404


def test_a_purge_lists_what_goes_and_wants_the_name(app: Any, pretend: Any) -> None:
    """Tables with their rows and people, files, rights; another name is told, and nothing is begun."""
    lost = [Belonging("table", "demo_members", count=3, personal=("name",)), Belonging("files", "/data/demo", count=1)]
    noted, client = pretend(remains=lost), app.client(INSTALLER)
    page = client.get("/console/plugins/demo/purge", headers=HTML).text
    assert "demo_members" in page and "3 rows" in page and "data about people: name" in page and "1 file" in page
    wrong = client.post("/console/plugins/demo/purge", data={"name": "dmeo"}, headers=HTML)
    assert wrong.status_code == 422 and "Write the name of the plugin, demo" in wrong.text and noted.begun == []
    assert client.post("/console/plugins/demo/purge", data={"name": "demo"}).status_code == 303
    assert noted.begun == [("purge", "demo")]


def test_taking_out_asks_first(app: Any, pretend: Any) -> None:
    """Taking a plugin out asks first and says that the data stays."""
    noted, client = pretend(), app.client(INSTALLER)
    assert "Its data stays" in client.get("/console/plugins/demo/uninstall", headers=HTML).text
    assert noted.begun == [] and client.post("/console/plugins/demo/uninstall").status_code == 303
    assert noted.begun == [("uninstall", "demo")]


@pytest.mark.parametrize("goes_back", [True, False])
def test_undoing_says_what_is_lost(app: Any, pretend: Any, goes_back: bool) -> None:
    """When tables go back with the code."""
    noted, client = (
        pretend(kept=[Kept("club", "0.1.0", goes_back, goes_back, "2026-01-01T00:00:00Z")]),
        app.client(INSTALLER),
    )
    page = client.get("/console/plugins/club/undo", headers=HTML).text
    assert "Version 0.1.0" in page and ("is lost" in page) == goes_back
    assert client.post("/console/plugins/club/undo").status_code == 303 and noted.begun == [("undo", "club")]
    assert client.get("/console/plugins/nothing/undo", headers=HTML).status_code == 404


def test_the_second_reads_who_is_at_it(app: Any, pretend: Any) -> None:
    """On the page where they asked, with 409."""
    from dihya_hookspecs import Invalid

    def busy(change: str, name: str, arrival: str = "") -> None:
        raise Invalid("under way", code="under-way", status=409, params={"who": "Ann", "work": "install club 0.2.0"})

    pretend(begin=busy)
    answer = app.client(INSTALLER).post("/console/plugins/demo/uninstall", headers=HTML)
    assert answer.status_code == 409 and "Ann is at it (install club 0.2.0)" in answer.text
