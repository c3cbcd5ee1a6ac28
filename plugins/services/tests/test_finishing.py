"""What is checked after a plugin is offered."""

from __future__ import annotations

import io
import zipfile

import pytest
from dihya_services import finishing

IDEA = "Gérer les membres d'un club, et les dons"


@pytest.fixture
def app(make_app, fakes, request):
    """An application with pages."""
    own = {"services": getattr(request, "param", {})}
    return make_app("services", "tasks", "console", "static", "i18n", plugins={"fakes": fakes}, config=own)


@pytest.fixture
def offered(app, fakes, work):
    """Return the API's answer about a generation whose proof leaves a line for later, and a client; its steps are run."""
    fakes.judge.leaves = True

    def make():
        client = app.client("user")
        href = client.post("/api/v1/generations", json={"idea": IDEA}).json["href"]
        work()
        return client.get(href).json, client

    return make


def statement(client, found):
    """Return the statement in the ZIP."""
    archive = zipfile.ZipFile(io.BytesIO(client.get(found["links"]["archive"]).data))
    (path,) = (name for name in archive.namelist() if name.endswith("/.dihya/statement.json"))
    return archive.read(path).decode()


def test_what_was_left_is_checked_after_the_offer(offered):
    """The line has its result in its place, and the ZIP has the statement of the whole."""
    found, client = offered()
    assert found["status"] == "ready"
    assert [(line["passed"], line["later"]) for line in found["proof"] if line["check"] == "tests.can-fail"] == [
        (True, False)
    ]
    assert statement(client, found) == '"whole"'


def test_before_it_is_checked_the_line_is_neither_passed_nor_failed(offered, monkeypatch):
    """The plugin is offered with the first statement while the line waits."""
    monkeypatch.setattr(finishing, "begin", lambda act, generation: None)
    found, client = offered()
    assert found["status"] == "ready"
    assert [line["later"] for line in found["proof"] if not line["passed"]] == [True]
    assert statement(client, found) == '"left"'
    page = client.get(f"/services/{found['id']}", headers={"Accept-Language": "en"}).text
    assert "not checked yet" in page and "1 check runs now" in page


@pytest.mark.parametrize("app", [{"further_checks": False}], indirect=True)
def test_an_installation_may_leave_it_out(offered):
    """The plugin is offered with the first statement, nobody waits, and the line names the setting in both languages."""
    found, client = offered()
    (line,) = (line for line in found["proof"] if line["check"] == "tests.can-fail")
    assert (line["passed"], line["later"], line["unchecked"]) == (False, False, True)
    assert "“Checks after the offer”" in line["detail"]
    assert statement(client, found) == '"left"'
    page = client.get(f"/services/{found['id']}", headers={"Accept-Language": "fr"}).text
    assert "le réglage « Contrôles après l’offre » de cette installation l’écarte" in page


def test_a_check_that_breaks_leaves_nobody_waiting(offered, fakes):
    """The line says that it was not checked and why; the plugin stays offered."""
    fakes.judge.finds = ValueError("broken")
    found, _client = offered()
    (line,) = (line for line in found["proof"] if line["check"] == "tests.can-fail")
    assert (line["passed"], line["later"], line["unchecked"]) == (False, False, True)
    assert line["detail"] == "ValueError in the workflow"
    assert found["status"] == "ready"
